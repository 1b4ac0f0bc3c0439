import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/server";
import { z } from "zod";
import { fail, ok, type Refusal, type Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import type { Client, SessionRef } from "@/lib/auth/model/principal";
import { countSource } from "@/lib/auth/steps/count-source";
import { findVerification, issueVerification } from "@/lib/auth/store/verifications";
import type { Passkey } from "@/prisma/client/client";

const Purpose = z.enum(["register", "sign-in", "prove"]);
const Payload = z.object({ for: Purpose, sessionId: z.string().nullable() });
const Id = z.uuid();

/**
 * A ceremony under way: the options for the page's `navigator.credentials`, as JSON, and the id that comes back with the
 * answer. A browser keeps the id in a sealed cookie, so that no other browser can answer.
 */
export type StartedCeremony<Options> = { ceremonyId: string; options: Options };

/** The library's types of extensions hold bytes, which JSON cannot. We ask for one extension only: whether a passkey is discoverable. */
export type CreationOptions = Omit<PublicKeyCredentialCreationOptionsJSON, "extensions"> & {
  extensions: { credProps: boolean };
};
export type RequestOptions = Omit<PublicKeyCredentialRequestOptionsJSON, "extensions">;

/** One ceremony as its row has it. The challenge is the token of the row, so it is 256 random bits that work once. */
export type Ceremony = { id: string; challengeHash: string };

/** The one refusal for every answer that proves nothing, so that it does not tell what was wrong. */
export const INVALID: Refusal = fail("passkey_invalid");
/** `fields.passkey` is for the page, which tells the browser that it may forget the passkey. */
export const UNKNOWN: Refusal = fail("passkey_invalid", {
  message: "We don’t know that passkey. Sign in another way, and remove it where your passkeys are kept.",
  fields: { passkey: "unknown" },
});

/**
 * Begins a ceremony, for five minutes: within a session for that session only.
 * @param autofill has a limit of its own: it begins with the page, and must not use up the presses of a button.
 * @returns `too_many_attempts`.
 */
export async function beginCeremony(
  purpose: z.output<typeof Purpose>,
  holder: SessionRef | null,
  client: Client,
  autofill = false,
): Promise<Result<{ ceremonyId: string; challenge: Uint8Array<ArrayBuffer> }>> {
  const allowed = await countSource(LIMITS.passkeyPerSource, client, autofill ? "autofill" : undefined);
  if (!allowed.ok) return allowed;
  const payload = { for: purpose, sessionId: holder?.sessionId ?? null };
  const { id, token } = await issueVerification({ purpose: "passkey", userId: holder?.userId, payload });
  return ok({ ceremonyId: id, challenge: new Uint8Array(Buffer.from(token, "base64url")) });
}

/** The ceremony under way with this id, if it is for this purpose and this session. */
export async function findCeremony(
  ceremonyId: unknown,
  purpose: z.output<typeof Purpose>,
  holder: SessionRef | null,
): Promise<Ceremony | null> {
  const id = Id.safeParse(ceremonyId).data;
  const found = id ? await findVerification(id) : null;
  if (found?.purpose !== "passkey" || found.userId !== (holder?.userId ?? null) || !found.tokenHash) return null;
  const payload = Payload.safeParse(found.payload).data;
  if (payload?.for !== purpose || payload.sessionId !== (holder?.sessionId ?? null)) return null;
  return { id: found.id, challengeHash: found.tokenHash };
}

/** Passkeys as ceremonies name them. */
export function describePasskeys(passkeys: Passkey[]): { id: string; transports: string[] }[] {
  return passkeys.map(({ credentialId: id, transports }) => ({
    id,
    transports: transports.split(" ").filter(Boolean),
  }));
}
