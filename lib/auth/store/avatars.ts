import { db } from "@/lib/db";

/** A picture's address, which `User.image` holds: its path here, so that it stays right when the site moves. */
export function avatarAddress(userId: string, hash: string): string {
  return `/avatar/${userId}/${hash}`;
}

/** The picture behind an address; null when its user shows another one by now, or none. */
export async function findAvatar(userId: string, hash: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const where = { userId, hash, user: { image: avatarAddress(userId, hash) } };
  return (await db.avatar.findFirst({ where, select: { webp: true } }))?.webp ?? null;
}

/** Puts the user's picture in the place of a former one. */
export async function putAvatar(userId: string, hash: string, webp: Uint8Array<ArrayBuffer>): Promise<void> {
  const data = { hash, webp, createdAt: new Date() };
  await db.avatar.upsert({ where: { userId }, create: { userId, ...data }, update: data });
}

export async function deleteAvatar(userId: string): Promise<void> {
  await db.avatar.deleteMany({ where: { userId } });
}
