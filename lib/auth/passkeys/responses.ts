import type {
  AuthenticationResponseJSON,
  RegistrationResponseJSON,
  VerifiedRegistrationResponse,
} from "@simplewebauthn/server";
import { z } from "zod";
import { hashToken, sameHash } from "@/lib/auth/model/secrets";
import { logEvent } from "@/lib/log";
import type { Passkey } from "@/prisma/client/client";
import { ALGORITHMS, relyingParty, userHandleOf } from "./relying-party";
import { webauthn } from "./webauthn";

/** An id is at most 1,023 bytes (WebAuthn, section 4, "Credential ID"), a user handle 64. */
const MAX_ID = 1_400;
const MAX_HANDLE = 100;
/** Client data is a short JSON object; the rest holds a key, a signature and the authenticator's data. */
const MAX_CLIENT_DATA = 4_000;
const MAX_DATA = 8_000;
const TRANSPORTS = z.enum(["ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"]);

const base64url = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[\w-]+$/);
const credential = { id: base64url(MAX_ID), rawId: base64url(MAX_ID), type: z.literal("public-key") };

const Registration = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url(MAX_CLIENT_DATA),
    attestationObject: base64url(MAX_DATA),
    transports: z.array(z.string().max(20)).max(20).optional(),
  }),
});
const Assertion = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url(MAX_CLIENT_DATA),
    authenticatorData: base64url(MAX_DATA),
    signature: base64url(MAX_DATA),
    userHandle: base64url(MAX_HANDLE).nullish(),
  }),
});
export type Assertion = z.output<typeof Assertion>;

/** What a browser's `credential.toJSON()` must be like after a sign-in; null for anything else, however large. */
export function readAssertion(response: unknown): Assertion | null {
  return Assertion.safeParse(response).data ?? null;
}

type ReadRegistration = NonNullable<VerifiedRegistrationResponse["registrationInfo"]> & { transports: string[] };

/** What a browser's answer to a registration proves (WebAuthn, section 7.1), or null when it proves nothing. */
export async function verifyRegistration(response: unknown, challengeHash: string): Promise<ReadRegistration | null> {
  const given = Registration.safeParse(response).data;
  if (!given) return null;
  return orNull(async () => {
    const { decodeAttestationObject, isoBase64URL } = await import("@simplewebauthn/server/helpers");
    // We ask for no maker's certificate, because the library would fetch addresses that stand in it.
    const statement = decodeAttestationObject(isoBase64URL.toBuffer(given.response.attestationObject));
    if (statement.get("attStmt").get("x5c")) throw new Error("A certificate that nobody asked for");
    const answer: RegistrationResponseJSON = { ...given, response: bare(given.response), clientExtensionResults: {} };
    const { id, origins } = relyingParty();
    const verified = await (await webauthn()).verifyRegistrationResponse({
      response: answer,
      expectedChallenge: (challenge) => sameHash(hashToken(challenge), challengeHash),
      expectedOrigin: origins,
      expectedRPID: id,
      requireUserVerification: false,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    const info = verified.registrationInfo;
    if (!info || info.credential.id !== given.id) throw new Error("Another credential than the answer names");
    const transports = (given.response.transports ?? []).filter((name) => TRANSPORTS.safeParse(name).success);
    return { ...info, transports: [...new Set(transports)] };
  });
}

function bare<T extends { transports?: unknown }>({ transports: _, ...rest }: T): Omit<T, "transports"> {
  return rest;
}

/** What a use of a passkey showed. `isCopy`: its counter did not grow, so there are two of it (WebAuthn, section 6.1.1). */
export type VerifiedUse = { userVerified: boolean; counter: bigint; backedUp: boolean; isCopy: boolean };

/** What a browser's answer to a sign-in proves of this passkey (WebAuthn, section 7.2), or null when it proves nothing. */
export async function verifyAssertion(
  given: Assertion,
  passkey: Passkey,
  challengeHash: string,
): Promise<VerifiedUse | null> {
  const { userHandle, ...rest } = given.response;
  const expectedHandle = Buffer.from(userHandleOf(passkey.userId)).toString("base64url");
  return orNull(async () => {
    if (userHandle && userHandle !== expectedHandle) throw new Error("The passkey of another user");
    const answer: AuthenticationResponseJSON = { ...given, response: rest, clientExtensionResults: {} };
    const { id, origins } = relyingParty();
    const { verified, authenticationInfo: info } = await (await webauthn()).verifyAuthenticationResponse({
      response: answer,
      expectedChallenge: (challenge) => sameHash(hashToken(challenge), challengeHash),
      expectedOrigin: origins,
      expectedRPID: id,
      requireUserVerification: false,
      // The counter is judged after the signature: else a stranger could have any passkey taken for a copy.
      credential: { id: passkey.credentialId, publicKey: new Uint8Array(passkey.publicKey), counter: 0 },
    });
    if (!verified) throw new Error("The signature is not right");
    const counter = BigInt(info.newCounter);
    const counts = counter > 0n || passkey.counter > 0n;
    const isCopy = counts && counter <= passkey.counter;
    return { userVerified: info.userVerified, counter, backedUp: info.credentialBackedUp, isCopy };
  });
}

/** The library throws for a wrong answer. A stranger can send one, so it is no fault of ours. */
async function orNull<T>(verify: () => Promise<T>): Promise<T | null> {
  try {
    return await verify();
  } catch (error) {
    logEvent("passkey.refused", { outcome: error instanceof Error ? error.message.slice(0, 200) : "unreadable" });
    return null;
  }
}
