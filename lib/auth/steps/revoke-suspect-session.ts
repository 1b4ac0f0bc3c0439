import type { Client, SessionRef } from "@/lib/auth/model/principal";
import { seenFrom } from "@/lib/auth/model/user-agent";
import { recordEvent } from "@/lib/auth/store/security-events";
import { findUserById } from "@/lib/auth/store/users";
import { transact } from "@/lib/db/transact";
import { sendMail } from "@/lib/mail/messages";
import { lockSession } from "./lock-session";
import { revokeSessionAndBegun } from "./revoke-sessions";

/** Why a session may be in a thief's hands: too many wrong passwords, or a single-use secret of its sign-in that came twice. */
const EVENTS = { passwords: "session.locked_out", "copied-token": "session.refresh_reused" } as const;

/** Revokes a session that may be in a thief's hands, and tells its owner. Does nothing if it has ended. */
export function revokeSuspectSession(
  { userId, sessionId }: SessionRef,
  why: keyof typeof EVENTS,
  client: Client,
): Promise<void> {
  return transact(async () => {
    const user = (await lockSession({ userId, sessionId })) && (await findUserById(userId));
    if (!user || !(await revokeSessionAndBegun(userId, sessionId))) return;
    await recordEvent(EVENTS[why], { userId, sessionId, email: user.email, client });
    await sendMail(user.email, "session-ended", { ...seenFrom(client), why });
  });
}
