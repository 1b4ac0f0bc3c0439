import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { isTwoFactor } from "@/lib/auth/model/factors";
import type { Client, Holder } from "@/lib/auth/model/principal";
import { type ProvedFactor, proveFactor } from "@/lib/auth/steps/prove-factor";
import { findPasskeys } from "@/lib/auth/store/passkeys";
import { beginCeremony, describePasskeys, findCeremony, type RequestOptions, type StartedCeremony } from "./ceremony";
import { judgePasskey } from "./judge-passkey";
import { relyingParty } from "./relying-party";
import { webauthn } from "./webauthn";

/** A key that opened the session is no second factor when it is shown again. */
const NOT_ANOTHER_FACTOR = fail("passkey_invalid", {
  message: "That passkey did not check that it is you, and was used already. Use one with a PIN, or another way.",
});

/**
 * Begins to prove by one of the person's passkeys who they are: in a session that owes a second factor, or once again.
 * @returns `not_found` for a person without one, `too_many_attempts`.
 */
export async function startPasskeyProof(
  holder: Holder,
  client: Client,
): Promise<Result<StartedCeremony<RequestOptions>>> {
  const passkeys = await findPasskeys(holder.userId);
  if (passkeys.length === 0)
    return fail("not_found", { message: "You have no passkey here any more. Use another way." });
  const begun = await beginCeremony("prove", holder, client);
  if (!begun.ok) return begun;
  const { ceremonyId, challenge } = begun.value;
  const { extensions: _, ...options } = await (await webauthn()).generateAuthenticationOptions({
    rpID: relyingParty().id,
    challenge,
    timeout: 5 * 60_000,
    allowCredentials: describePasskeys(passkeys),
    userVerification: "preferred",
  });
  return ok({ ceremonyId, options });
}

/**
 * Proves it. A session that owed the factor begins.
 * @param input.response `credential.toJSON()`, as it came.
 * @returns the session under a new token, or `passkey_invalid`, `unauthenticated`, `user_disabled`.
 */
export async function proveByPasskey(
  holder: Holder,
  input: { ceremonyId: string; response: unknown; remember?: boolean },
  client: Client,
): Promise<Result<ProvedFactor>> {
  const { ceremonyId, response, remember } = input;
  const ceremony = await findCeremony(ceremonyId, "prove", holder);
  return judgePasskey({ ceremony, response, userId: holder.userId }, client, async (_, proof) => {
    if ("owed" in holder && !isTwoFactor([...holder.proofs, proof])) return NOT_ANOTHER_FACTOR;
    return proveFactor(holder, proof, client, { remember });
  });
}
