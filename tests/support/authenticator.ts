import { Secret, TOTP } from "otpauth";
import { db } from "@/lib/db";

const STEP_MS = 30_000;

/** The code that an authenticator app with this secret shows, now or so many steps of 30 seconds later. */
export function shownCode(secret: string, stepsLater = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + stepsLater * STEP_MS });
}

/** A code that it does not show, nor did or will a moment from now. */
export function wrongCode(secret: string): string {
  const shown = [-2, -1, 0, 1, 2].map((steps) => shownCode(secret, steps));
  return ["000000", "111111", "222222", "333333", "444444", "555555"].find((code) => !shown.includes(code)) ?? "";
}

/** So much time passes that the codes used so far are no longer the app's. */
export async function stepsPass(userId: string): Promise<void> {
  await db.authenticator.updateMany({ where: { userId }, data: { lastStep: 0 } });
}
