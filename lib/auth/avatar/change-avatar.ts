import { createHash } from "node:crypto";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import type { Client, Principal } from "@/lib/auth/model/principal";
import { countSource } from "@/lib/auth/steps/count-source";
import { avatarAddress, deleteAvatar, putAvatar } from "@/lib/auth/store/avatars";
import { consume } from "@/lib/auth/store/rate-limits";
import { findUserById, updateUser } from "@/lib/auth/store/users";
import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import { encodePicture } from "./encode-picture";

/**
 * Shows what a person uploaded as their picture, in place of the one before.
 * @returns its address on this site; `too_many_attempts`, `picture_unreadable`, `picture_too_large`,
 * `picture_too_many_pixels`, `unauthenticated` when the user is gone.
 * @example
 * await setAvatar(principal, bytes, client) // { ok: true, value: { image: "/avatar/6f1c…/kX3b…" } }
 */
export async function setAvatar(
  { userId }: Principal,
  bytes: Uint8Array,
  client: Client,
): Promise<Result<{ image: string }>> {
  const allowed = await consume(LIMITS.picturePerUser, userId);
  if (!allowed.ok) return allowed;
  const fromHere = await countSource(LIMITS.picturePerSource, client);
  if (!fromHere.ok) return fromHere;
  const webp = await encodePicture(bytes);
  return webp.ok ? show(userId, webp.value) : webp;
}

/**
 * Stores a copy of the picture that a user has elsewhere, unless they changed their picture meanwhile.
 * @param copied.from the address that `User.image` holds
 * @returns as `setAvatar`; `conflict` when another picture is shown.
 */
export async function copyAvatar(
  userId: string,
  copied: { from: string; bytes: Uint8Array },
): Promise<Result<{ image: string }>> {
  const webp = await encodePicture(copied.bytes);
  return webp.ok ? show(userId, webp.value, copied.from) : webp;
}

/** Takes the picture away: initials are shown. @returns `unauthenticated` when the user is gone. */
export async function removeAvatar({ userId }: Principal): Promise<Result<void>> {
  return transact(async () => {
    await lockRow("User", userId);
    await deleteAvatar(userId);
    return (await updateUser(userId, { image: null })) ? ok(undefined) : fail("unauthenticated");
  });
}

async function show(
  userId: string,
  webp: Uint8Array<ArrayBuffer>,
  former?: string,
): Promise<Result<{ image: string }>> {
  const hash = createHash("sha256").update(webp).digest().subarray(0, 16).toString("base64url");
  const image = avatarAddress(userId, hash);
  return transact<Result<{ image: string }>>(async () => {
    await lockRow("User", userId);
    if (former && (await findUserById(userId))?.image !== former) return fail("conflict");
    if (!(await updateUser(userId, { image }))) return fail("unauthenticated");
    await putAvatar(userId, hash, webp);
    return ok({ image });
  });
}
