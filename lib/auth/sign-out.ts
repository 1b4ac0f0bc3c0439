import { revokeByToken } from "@/lib/auth/store/sessions";
import { logEvent } from "@/lib/log";

/** Ends the session the token stands for. Ending one that has ended is no error. */
export async function logout(token: string): Promise<void> {
  const ended = await revokeByToken(token);
  if (ended) logEvent("sign_out", ended);
}
