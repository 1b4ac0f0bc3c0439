import { ok, type Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import type { Client } from "@/lib/auth/model/principal";
import type { SignInRequest } from "@/lib/auth/model/sign-in-request";
import { describeStrangersDevice } from "@/lib/auth/model/user-agent";
import { countSource } from "@/lib/auth/steps/count-source";
import { mayMail } from "@/lib/auth/steps/mail-budget";
import { sendCode } from "@/lib/auth/steps/send-code";
import { findUserByEmail, isReserved } from "@/lib/auth/store/users";
import { consumeVerification, findVerification, issueVerification } from "@/lib/auth/store/verifications";
import { transact } from "@/lib/db/transact";
import { env } from "@/lib/env";
import { hashedAddress, logEvent } from "@/lib/log";

export type SignInCodeInput = Pick<SignInRequest, "to" | "remember" | "createUser" | "profile"> & {
  email: string;
  /** The sign-in that this browser waits for, if any: its code goes on working if no new mail may go out. */
  pendingId?: string | null;
};

/** Where the mailed link leads; without it the mail has the code alone. `sendCode` takes the code in another way than our mail. */
type SignInLinks = {
  signIn?(token: string): string;
  sendCode?(email: string, code: string): Promise<void>;
};

/**
 * Mails a code and a link that sign in. Answer and work are the same for every address: one without an account, and one
 * whose account is disabled, gets the same rows, and its mail is rendered and not sent. A stranger's request does not
 * end the owner's code: each code works only in the browser that requested it.
 * @param input.createUser an address without an account gets the same mail, and becomes a user without a password once
 * its mailbox is proved. Ignored where AUTH_ALLOW_SIGNUP is off.
 * @returns `too_many_attempts` per source only: past an address's budget the mail is left out in silence.
 * @example
 * await sendSignInCode({ email: "nobody@example.com" }, client, links) // { ok: true, value: { verificationId: "…" } }
 */
export async function sendSignInCode(
  input: SignInCodeInput,
  client: Client,
  { signIn, sendCode: sendOwn }: SignInLinks,
): Promise<Result<{ verificationId: string }>> {
  const allowed = await countSource(LIMITS.signInCodePerSource, client);
  if (!allowed.ok) return allowed;
  const { email, pendingId, createUser: asked = false } = input;
  const createUser = asked && env().AUTH_ALLOW_SIGNUP;
  logEvent("sign_in_code.requested", { email: hashedAddress(email), ip: client.ip, userAgent: client.userAgent });
  return transact(async () => {
    const found = await findUserByEmail(email);
    const creatable = createUser && !(await isReserved(email)) && !found;
    const user = found && !found.disabledAt ? found : null;
    const mailed = await mayMail({ budget: "sign-in", email, client, userId: found?.id });
    const pending = pendingId ? await findVerification(pendingId) : null;
    if (pending?.purpose === "sign-in" && pending.email === email) {
      if (!mailed) return ok({ verificationId: pending.id });
      await consumeVerification(pending.id);
    }
    const payload = requestOf(input, createUser, client);
    // An address that gets no mail has a code too, which signs no one in: refused guesses must look alike.
    const issued = await issueVerification({ purpose: "sign-in", userId: user?.id, email, payload, withCode: mailed });
    const { token, code } = issued;
    const asker = { device: describeStrangersDevice(client.userAgent), ip: client.ip };
    const mail = signIn && ({ template: "sign-in-code", url: signIn(token), ...asker } as const);
    await sendCode(email, code, { mail, sendOwn, decoy: !(user || creatable) });
    return ok({ verificationId: issued.id });
  });
}

function requestOf({ to, remember, profile }: SignInCodeInput, createUser: boolean, { ip, userAgent }: Client) {
  return {
    to: to ?? null,
    remember: remember ?? false,
    ip,
    userAgent,
    createUser,
    ...(profile && { profile }),
  } satisfies SignInRequest;
}
