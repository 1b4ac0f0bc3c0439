import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Client, Holder } from "@/lib/auth/model/principal";
import { name } from "@/lib/auth/model/schemas";
import { addProof } from "@/lib/auth/steps/add-proof";
import type { BegunSession } from "@/lib/auth/steps/begin-session";
import { mayEnrol } from "@/lib/auth/steps/reauthenticate";
import { tellFactorChange } from "@/lib/auth/steps/tell-factor-change";
import { endSetups, findSession } from "@/lib/auth/store/owing-sessions";
import { endPasskeyOffer, findPasskeys, insertPasskey } from "@/lib/auth/store/passkeys";
import { findUserById } from "@/lib/auth/store/users";
import { consumeVerification } from "@/lib/auth/store/verifications";
import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import { nameOfAuthenticator } from "./authenticator-names";
import {
  beginCeremony,
  type CreationOptions,
  describePasskeys,
  findCeremony,
  INVALID,
  type StartedCeremony,
} from "./ceremony";
import { ALGORITHMS, relyingParty, userHandleOf } from "./relying-party";
import { verifyRegistration } from "./responses";
import { webauthn } from "./webauthn";

/** More than a person carries; keeps a script from filling the table. */
const MOST_PASSKEYS = 20;
const TOO_MANY = fail("conflict", { message: "You have twenty passkeys. Remove one first." });
const TAKEN = fail("passkey_invalid", { message: "That passkey is registered already. Choose another one." });

/**
 * Begins to register a passkey of the person's.
 * @param holder A principal who proved freshly who they are, or a session that owes the setup of a second factor.
 * @returns `reauthentication_required`, `second_factor_required`, `too_many_attempts`, `conflict` for one too many.
 */
export async function startPasskeyRegistration(
  holder: Holder,
  client: Client,
): Promise<Result<StartedCeremony<CreationOptions>>> {
  const allowed = await mayEnrol(holder);
  if (!allowed.ok) return allowed;
  const passkeys = await findPasskeys(holder.userId);
  if (passkeys.length >= MOST_PASSKEYS) return TOO_MANY;
  const begun = await beginCeremony("register", holder, client);
  if (!begun.ok) return begun;
  const { ceremonyId, challenge } = begun.value;
  const { id: rpID, name: rpName } = relyingParty();
  const options = await (await webauthn()).generateRegistrationOptions({
    rpID,
    rpName,
    challenge,
    userID: userHandleOf(holder.userId),
    userName: holder.email,
    userDisplayName: ("name" in holder && holder.name) || holder.email,
    timeout: 5 * 60_000,
    attestationType: "none",
    excludeCredentials: describePasskeys(passkeys),
    // Discoverable, because the sign-in page offers passkeys before it knows the person.
    authenticatorSelection: { residentKey: "required", userVerification: "preferred" },
    supportedAlgorithmIDs: ALGORITHMS,
  });
  return ok({ ceremonyId, options: { ...options, extensions: { credProps: true } } });
}

export type RegisteredPasskey = {
  id: string;
  label: string;
  createdAt: Date;
  /** The session under a new token, where it owed the setup. */
  session: BegunSession | null;
};

/**
 * Registers the passkey that the browser made.
 * @param input.response `credential.toJSON()`, as it came. @param input.label Without it, named after the authenticator.
 * @returns `passkey_invalid`, `unauthenticated`, `user_disabled`, `invalid_input`, and those of `startPasskeyRegistration`.
 */
export async function finishPasskeyRegistration(
  holder: Holder,
  input: { ceremonyId: string; response: unknown; label?: string },
  client: Client,
): Promise<Result<RegisteredPasskey>> {
  const allowed = await mayEnrol(holder);
  if (!allowed.ok) return allowed;
  const label = name.safeParse(input.label ?? "");
  if (!label.success) return fail("invalid_input", { fields: { label: "Use at most 100 characters." } });
  const { userId, sessionId } = holder;
  const ceremony = await findCeremony(input.ceremonyId, "register", holder);
  const made = ceremony && (await verifyRegistration(input.response, ceremony.challengeHash));
  if (!made) return INVALID;
  const { credential, transports, aaguid, userVerified, credentialBackedUp: backedUp } = made;
  return transact(async () => {
    await lockRow("User", userId);
    if (!(await consumeVerification(ceremony.id))) return INVALID;
    const user = await findUserById(userId);
    if (!user || (await findSession(sessionId))?.userId !== userId) return fail("unauthenticated");
    if (user.disabledAt) return fail("user_disabled");
    if ((await findPasskeys(userId)).length >= MOST_PASSKEYS) return TOO_MANY;
    const stored = await insertPasskey({
      userId,
      credentialId: credential.id,
      publicKey: new Uint8Array(credential.publicKey),
      counter: BigInt(credential.counter),
      transports: transports.join(" "),
      aaguid,
      label: label.data || nameOfAuthenticator(aaguid, transports),
      backedUp,
    });
    if (!stored) return TAKEN;
    await endPasskeyOffer(userId);
    await endSetups(userId, sessionId);
    await tellFactorChange(holder, "passkey-added", client, stored.label);
    // The new passkey counts as proof: it was shown just now, in a session whose first factor was proved.
    const proof = userVerified ? "passkey" : "security-key";
    const proved = "owed" in holder ? await addProof(holder, proof, client) : null;
    if (proved && !proved.ok) return proved;
    const { id, createdAt } = stored;
    return ok({ id, label: stored.label, createdAt, session: proved?.value ?? null });
  });
}
