import { z } from "zod";
import { sealedCookie } from "@/lib/wire/sealed-cookie";
import { Subject } from "./subject";

const STATE_SECONDS = 24 * 60 * 60;

/**
 * What a browser carries of its flow: a name for the proof under way. Which code is right, how many tries are left and
 * whether it was right says the proof's row, so that an old cookie brings nothing back. `token` is that of the proof once
 * the code was right; `atStart` when the form was opened anew, though a code is still on its way; `actorType` for which app a session began
 * that owes a factor, and `subject` what that app's tokens will say: undefined where `success` is still to be asked,
 * of which it is told the `provider` then.
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
