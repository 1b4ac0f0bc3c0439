import { z } from "zod";
import { checkbox, id, name, to } from "@/lib/auth/model/schemas";

/** A huge answer is refused unread. */
const MAX_RESPONSE = 24_000;

/** The output of `JSON.stringify(credential)`. Text that cannot be read counts as no answer, which the story refuses. */
const response = z
  .string()
  .catch("")
  .transform((text): unknown => {
    if (text.length > MAX_RESPONSE) return null;
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  });
const ceremonyId = z.string().catch("");

export const BeginInput = z.object({ autofill: checkbox });
export const AnswerInput = z.object({ ceremonyId, response, remember: checkbox, to });
export const PasskeyInput = z.object({ passkeyId: id });
export const RenamePasskeyInput = z.object({
  passkeyId: id,
  label: name.refine((value) => value !== "", "Enter a name."),
});
