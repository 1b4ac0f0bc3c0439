import { Secret, TOTP } from "otpauth";
import type { OwingSession } from "@/lib/auth/model/principal";
import { issueAccessToken } from "@/lib/auth/steps/access-token";
import { confirmStored, insertAuthenticator } from "@/lib/auth/store/authenticators";
import { findOwing } from "@/lib/auth/store/owing-sessions";
import { replaceRecoveryCodes } from "@/lib/auth/store/recovery-codes";
import { db } from "@/lib/db";
import type { User } from "@/prisma/client/client";
import { type client, newSession, verifiedUser } from "./people";

const STEP_MS = 30_000;

/**
 * The code of an app with this secret, now or so many steps of 30 seconds away. Each works once, so tests take different ones.
 */
export function totpCode(secret: string, steps = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * STEP_MS });
}

/** A code that is not the app's, neither now nor in the steps before and after. */
export function wrongCode(secret: string): string {
  const right = [-2, -1, 0, 1, 2].map((steps) => totpCode(secret, steps));
  return ["000000", "111111", "222222", "333333", "444444", "555555"].find((code) => !right.includes(code)) ?? "";
}

/** Acts as if so much time had passed that the app shows other codes than those used so far. */
export async function stepsPass(userId: string): Promise<void> {
  await db.authenticator.updateMany({ where: { userId }, data: { lastStep: 0 } });
}

/** Sets an authenticator app up for a user, as if a code had confirmed it. */
export async function addAuthenticator(user: User): Promise<{ id: string; secret: string; recoveryCodes: string[] }> {
  const secret = new Secret().base32;
  const { id } = await insertAuthenticator({ userId: user.id, label: "Authenticator app", secret });
  await confirmStored(id);
  return { id, secret, recoveryCodes: await replaceRecoveryCodes(user.id) };
}

/** A user with two-step sign-in. */
export async function twoStepUser(given: Parameters<typeof verifiedUser>[0] = {}) {
  const user = await verifiedUser(given);
  return { user, ...(await addAuthenticator(user)) };
}

/** A new session of the user's that owes a factor, as a sign-in by password makes it. */
export async function owingSession(user: User, from?: ReturnType<typeof client>): Promise<OwingSession> {
  const owing = await findOwing((await newSession(user, {}, from)).token);
  if (!owing) throw new Error("The session owes nothing");
  return owing;
}

/** Access tokens of each dialect, and more than the dialects issue: one that names this session for each audience. */
export async function tokensNaming({ userId, sessionId }: OwingSession): Promise<string[]> {
  const audiences = ["medusa", "medusa-owing", "medusa-pending", "strapi", "authenticated", "factor_owed", "web"];
  const named = [
    { subject: userId, sessionId },
    { subject: sessionId, sessionId },
    { subject: sessionId },
    { subject: userId },
  ];
  const issued = audiences.flatMap((audience) => named.map((claims) => issueAccessToken({ audience, ...claims })));
  return (await Promise.all(issued)).map(({ token }) => token);
}
