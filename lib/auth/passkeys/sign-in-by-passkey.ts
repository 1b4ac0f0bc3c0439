import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Client } from "@/lib/auth/model/principal";
import { type BegunSession, beginSession, type SessionOptions } from "@/lib/auth/steps/begin-session";
import { env } from "@/lib/env";
import { beginCeremony, findCeremony, type RequestOptions, type StartedCeremony } from "./ceremony";
import { judgePasskey } from "./judge-passkey";
import { relyingParty } from "./relying-party";
import { webauthn } from "./webauthn";

/**
 * Begins a sign-in by any passkey that the visitor has for this site. No person is named yet, so the answer tells nothing about one.
 * @param input.autofill for the browser's list in the email field, which begins with the page.
 * @returns `too_many_attempts`.
 */
export async function startPasskeySignIn(
  client: Client,
  { autofill }: { autofill?: boolean } = {},
): Promise<Result<StartedCeremony<RequestOptions>>> {
  const begun = await beginCeremony("sign-in", null, client, autofill);
  if (!begun.ok) return begun;
  const { ceremonyId, challenge } = begun.value;
  const { id: rpID } = relyingParty();
  const timeout = 5 * 60_000;
  const { extensions: _, ...options } = await (await webauthn()).generateAuthenticationOptions({
    rpID,
    challenge,
    timeout,
    userVerification: "preferred",
  });
  return ok({ ceremonyId, options });
}

/**
 * Signs a person in by a passkey: two factors where the authenticator verified its user, else one.
 * @param input.response `credential.toJSON()`, as it came.
 * @returns `passkey_invalid`, with `fields.passkey` when it is not known here, or no more; `user_disabled`, `email_unverified`.
 */
export async function finishPasskeySignIn(
  input: SessionOptions & { ceremonyId: string; response: unknown },
  client: Client,
): Promise<Result<BegunSession>> {
  const { ceremonyId, response, ...options } = input;
  const ceremony = await findCeremony(ceremonyId, "sign-in", null);
  return judgePasskey({ ceremony, response }, client, async (user, proof) => {
    if (user.disabledAt) return fail("user_disabled");
    // The account is from a time when the site asked for no proof of an address, so the mailbox was never proved.
    if (!user.emailVerified && env().AUTH_REQUIRE_EMAIL_VERIFICATION) return fail("email_unverified");
    return beginSession({ ...options, userId: user.id, proof, client });
  });
}
