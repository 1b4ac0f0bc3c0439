import { transact } from "@/lib/db/transact";
import { fail, ok, type Result } from "./model/errors";
import { LIMITS } from "./model/limits";
import { isFrom } from "./model/network";
import type { Client } from "./model/principal";
import { Registration } from "./model/registration";
import type { SessionOptions } from "./steps/begin-session";
import { chooseRegistration } from "./steps/choose-registration";
import { type Confirmed, completeRegistration } from "./steps/complete-registration";
import { countSource } from "./steps/count-source";
import { guess } from "./steps/guess";
import { mayMail } from "./steps/mail-budget";
import { refuseToken } from "./steps/refuse-token";
import { resendNothing, resendVerification, type VerificationLinks } from "./steps/send-verification";
import { listRegistrations, REGISTRATIONS } from "./store/registrations";
import { findVerificationByToken, isCodeRight, isRegistration, listMailedCodes } from "./store/verifications";

// For API clients whose contract carries the address of a registration and not its id.

/**
 * Proves the mailbox by the code and the address it was sent to. It cannot know which client began: where the address has
 * several open registrations, the confirmed one may hold a stranger's password, so the account gets none. Nor does it where a code
 * to sign in was mailed too and another network began the registration: the reader may have taken one mail for the other.
 * @returns `code_invalid` for all that can be wrong, `too_many_attempts`.
 */
export async function confirmCodeAt(
  input: { email: string; code: string; session: SessionOptions },
  client: Client,
): Promise<Result<Confirmed>> {
  const { email, code, session } = input;
  const [open, mailed] = [await listRegistrations(email), await listMailedCodes(email, "register", "verify")];
  const asked = await listMailedCodes(email, "sign-in");
  return guess(
    { factor: "code", account: email, client },
    async () => mailed.find((verification) => isCodeRight(verification, code)) ?? null,
    (verification) => {
      const otherwise = "code_expired";
      const { source = "" } = Registration.parse(verification.payload);
      const ownPassword = open.length === 1 && (asked.length === 0 || isFrom(source, client));
      return completeRegistration(verification, { proof: "email-code", session, client, otherwise, ownPassword });
    },
    fail("code_invalid"),
  );
}

/**
 * Proves the mailbox by the mailed link alone.
 * @param input.ownPassword whether the password is known to be the owner's: our page with a button asked for it, or a
 * contract's setting says so (then a mail scanner that opens the link can confirm a stranger's registration). If false,
 * the account gets no password.
 * @returns `token_invalid`, `too_many_attempts`.
 */
export async function confirmByOpening(
  input: { token: string; session: SessionOptions | null; ownPassword?: boolean },
  client: Client,
): Promise<Result<Confirmed>> {
  const { token, session, ownPassword = true } = input;
  const verification = await findVerificationByToken(token);
  if (!verification || !isRegistration(verification)) return refuseToken(client, fail("token_invalid"));
  const otherwise = "token_invalid";
  const proved = { proof: "email-link", session, client, otherwise, ownPassword } as const;
  return transact(() => completeRegistration(verification, proved));
}

/**
 * Mails a new code and link for the registration of an address that this client means. The answer is the same where there is none.
 * @returns `too_many_attempts` per source only.
 */
export async function resendCodeTo(
  input: { email: string },
  client: Client,
  links: VerificationLinks,
): Promise<Result<void>> {
  const { email } = input;
  const allowed = await countSource(LIMITS.forgotPerSource, client);
  if (!allowed.ok) return allowed;
  return transact(async () => {
    const mailed = await mayMail({ budget: "registration", email, client });
    const registration = await chooseRegistration(email, client, REGISTRATIONS);
    if (registration && mailed) await resendVerification(registration, links);
    else await resendNothing(email, links);
    return ok(undefined);
  });
}
