import { ok, type Result } from "@/lib/auth/model/errors";
import type { Proof } from "@/lib/auth/model/factors";
import { LIMITS } from "@/lib/auth/model/limits";
import type { Client } from "@/lib/auth/model/principal";
import { tellFactorChange } from "@/lib/auth/steps/tell-factor-change";
import { findPasskey, notePasskeyUse } from "@/lib/auth/store/passkeys";
import { consume } from "@/lib/auth/store/rate-limits";
import { recordEvent } from "@/lib/auth/store/security-events";
import { findUserById } from "@/lib/auth/store/users";
import { consumeVerification } from "@/lib/auth/store/verifications";
import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import type { Passkey, User } from "@/prisma/client/client";
import { type Ceremony, INVALID, UNKNOWN } from "./ceremony";
import { readAssertion, verifyAssertion } from "./responses";

/**
 * Judges the use of a passkey, and runs the story in the one transaction that spends the ceremony.
 * @param input.userId Whose passkey it must be. Without it the passkey names its user, and must do so.
 * @param story is told what was proved: `passkey` where the authenticator verified its user, else `security-key`.
 * @returns the story's result, or `passkey_invalid`.
 */
export async function judgePasskey<T>(
  input: { ceremony: Ceremony | null; response: unknown; userId?: string },
  client: Client,
  story: (user: User, proof: Proof) => Promise<Result<T>>,
): Promise<Result<T>> {
  const { ceremony, userId } = input;
  const given = readAssertion(input.response);
  if (!ceremony || !given || (!userId && !given.response.userHandle)) return INVALID;
  const passkey = await findPasskey(given.id);
  if (!passkey) return UNKNOWN;
  if (userId && passkey.userId !== userId) return INVALID;
  const use = await verifyAssertion(given, passkey, ceremony.challengeHash);
  if (!use) return INVALID;
  const done = await transact(async (): Promise<Result<{ value: T } | null>> => {
    await lockRow("User", passkey.userId);
    const user = await findUserById(passkey.userId);
    if (!(await consumeVerification(ceremony.id))) return INVALID;
    if (!user) return UNKNOWN;
    if (use.isCopy) {
      await tellOfCopy(user, passkey, client);
      return ok(null);
    }
    // The passkey was used or removed meanwhile.
    if (!(await notePasskeyUse(passkey, use.counter, use.backedUp))) return INVALID;
    const result = await story(user, use.userVerified ? "passkey" : "security-key");
    return result.ok ? ok({ value: result.value }) : result;
  });
  if (!done.ok) return done;
  return done.value ? ok(done.value.value) : INVALID;
}

/** One mail an hour is enough; the person's activity lists each time. */
async function tellOfCopy({ id: userId, email }: User, { label }: Passkey, client: Client): Promise<void> {
  const news = await consume(LIMITS.noticePerHour, `passkey:${userId}`);
  if (news.ok) await tellFactorChange({ userId, email }, "passkey-copied", client, label);
  else await recordEvent("factor.passkey-copied", { userId, client, detail: label });
}
