import { hashToken, randomToken } from "@/lib/auth/model/secrets";
import { db } from "@/lib/db";
import { REMEMBERED_DEVICE_DAYS } from "@/lib/validity";

/** Remembers the browser for this user. Returns the token for its cookie, which exists nowhere else. */
export async function rememberDevice(userId: string): Promise<{ token: string; expires: Date }> {
  const token = randomToken();
  const expires = new Date(Date.now() + REMEMBERED_DEVICE_DAYS * 24 * 60 * 60_000);
  await db.rememberedDevice.create({ data: { userId, tokenHash: hashToken(token), expires } });
  return { token, expires };
}

/** Whether the cookie is of a browser that this user had remembered. */
export async function isRemembered(userId: string, token: string | null | undefined): Promise<boolean> {
  if (!token) return false;
  const where = { tokenHash: hashToken(token), userId, expires: { gt: new Date() } };
  return (await db.rememberedDevice.count({ where })) > 0;
}

/** Every browser of the user is asked again. */
export async function forgetDevices(userId: string): Promise<void> {
  await db.rememberedDevice.deleteMany({ where: { userId } });
}
