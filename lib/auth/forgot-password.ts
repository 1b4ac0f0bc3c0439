import { ok, type Result } from "@/lib/auth/model/errors";
import { type Client, sourceOf } from "@/lib/auth/model/principal";
import { consume, LIMITS, mayMail } from "@/lib/auth/store/rate-limits";
import { findUserByEmail } from "@/lib/auth/store/users";
import { endVerifications, issueVerification } from "@/lib/auth/store/verifications";
import { inBackground } from "@/lib/background";
import { emit } from "@/lib/events";
import { hashedAddress, logEvent } from "@/lib/log";
import { sendResetPassword } from "@/lib/mail/messages";

export type ForgotPasswordInput = {
  email: string;
  /** Whom an API client speaks for: the link then serves that actor's way of setting a password. */
  actorType?: string;
  /** The client's own, handed on to subscribers and not kept. */
  metadata?: Record<string, unknown>;
};

/**
 * Mails a link that sets a new password, if the address has an account. Answer and time are the same for every
 * address, because the looking happens after the answer. A newer link ends the older ones. Subscribers of
 * `auth.password_reset` (lib/subscribers.ts) are told, with the token.
 * @returns `too_many_attempts` per source only: what is left out for an address is left out in silence.
 */
export async function forgotPassword(
  input: ForgotPasswordInput,
  client: Client,
  links: { resetPassword(token: string): string },
): Promise<Result<void>> {
  const allowed = await consume(LIMITS.forgotPerSource, sourceOf(client));
  if (!allowed.ok) return allowed;
  const { email, actorType, metadata = {} } = input;
  logEvent("password_reset.requested", { email: hashedAddress(email), ip: client.ip, userAgent: client.userAgent });
  inBackground("password reset mail", async () => {
    // Counted for every address: whether a mail may go out shows elsewhere, and must not tell who has an account.
    if (!(await mayMail(email))) return;
    const user = await findUserByEmail(email);
    if (!user || user.disabledAt) return;
    await endVerifications(user.id, ["reset"]);
    const payload = actorType ? { actorType } : {};
    const { token } = await issueVerification({ purpose: "reset", userId: user.id, email, payload });
    sendResetPassword(email, { url: links.resetPassword(token) });
    emit("auth.password_reset", { entity_id: email, actor_type: actorType ?? null, token, metadata });
  });
  return ok(undefined);
}
