import { z } from "zod";
import { sealedCookie } from "@/lib/wire/sealed-cookie";
import { Subject } from "./subject";

const STATE_SECONDS = 24 * 60 * 60;

/**
 * The browser's cookie of a flow, which only names a row. The code, the tries and the proof are in the row, so an old cookie
 * restores nothing.
 * `token` is the verification's, once the code was right. `atStart` says that the person opened the form again while a
 * code is under way. For a session that owes a factor, `actorType` names the app, and `subject` is that of the app's tokens,
 * undefined until `success` has chosen. `provider` is then an argument of `success`.
 */
const FlowState = z.union([
  z.object({ flow: z.literal("register"), id: z.string(), atStart: z.boolean().optional() }),
  z.object({
    flow: z.literal("change"),
    redirect: z.string(),
    id: z.string().optional(),
    token: z.string().optional(),
  }),
  z.object({
    flow: z.literal("factor"),
    sessionId: z.string(),
    actorType: z.string().optional(),
    subject: Subject.nullish(),
    provider: z.string().optional(),
  }),
  z.object({ flow: z.literal("code"), id: z.string() }),
]);
export type FlowState = z.infer<typeof FlowState>;

export const flowState = sealedCookie("auth.password", FlowState, STATE_SECONDS);
