import { transact } from "@/lib/db/transact";
import { emit } from "@/lib/events/emit";
import { hashedAddress, logEvent } from "@/lib/log";
import { sendMail } from "@/lib/mail/messages";
import { ok, type Result } from "./model/errors";
import { LIMITS } from "./model/limits";
import type { Client } from "./model/principal";
import { countSource } from "./steps/count-source";
import { mayMail } from "./steps/mail-budget";
import { findUserByEmail } from "./store/users";
import { endResets, issueVerification } from "./store/verifications";

export type ForgotPasswordInput = {
  email: string;
  /** The actor that an API client speaks as: the link then sets a password only by that actor's route. */
  actorType?: string;
  /** Mails a code too, which `recoverByCodeAt` takes. */
  withCode?: boolean;
  /** The client's own data, handed to subscribers and not kept. */
  metadata?: Record<string, unknown>;
};

/**
 * Mails a link that sets a new password, if the address has an account. Answer and work are the same for every address:
 * one without an account gets the same rows, and its mail is rendered and not sent. A newer link ends the older ones.
 * Subscribers of `auth.password_reset` (lib/events/subscribers.ts) are told, with the token; `links.eventOnly` mails nothing besides.
 * @returns `too_many_attempts` per source only: past an address's budget the mail is left out in silence.
 */
export async function forgotPassword(
  input: ForgotPasswordInput,
  client: Client,
  links: { resetPassword(token: string): string; eventOnly?: boolean },
): Promise<Result<void>> {
  const allowed = await countSource(LIMITS.forgotPerSource, client);
  if (!allowed.ok) return allowed;
  const { email, actorType, withCode = false, metadata = {} } = input;
  logEvent("password_reset.requested", { email: hashedAddress(email), ip: client.ip, userAgent: client.userAgent });
  return transact(async () => {
    const found = await findUserByEmail(email);
    const user = found && !found.disabledAt ? found : null;
    // Without a new mail the former link must go on working.
    if (!(await mayMail({ budget: "recovery", email, client, userId: found?.id }))) return ok(undefined);
    await endResets(email);
    const payload = actorType ? { actorType } : {};
    const issued = await issueVerification({ purpose: "reset", userId: user?.id, email, payload, withCode });
    const { token, code } = issued;
    const props = { url: links.resetPassword(token), ...(code !== null && { code }) };
    await sendMail(email, "reset-password", props, { decoy: !user || links.eventOnly });
    const event = { entity_id: email, actor_type: actorType ?? null, token, metadata };
    await emit("auth.password_reset", event, { decoy: !user });
    return ok(undefined);
  });
}
