import PQueue from "p-queue";
import { beforeEach, describe, expect, test } from "vitest";
import { changePassword } from "@/lib/auth/change-password";
import type { Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import { refreshSession, startRefreshing } from "@/lib/auth/refresh-session";
import { revokeAllSessions } from "@/lib/auth/sign-out";
import { consume } from "@/lib/auth/store/rate-limits";
import { findPrincipalById } from "@/lib/auth/store/sessions";
import { db } from "@/lib/db";
import { moveClock } from "@/tests/support/clock";
import { emptyOutbox, outbox } from "@/tests/support/outbox";
import { client, newSession, other, PASSWORD, verifiedUser } from "@/tests/support/people";

const codeOf = (result: Result<unknown>) => (result.ok ? "ok" : result.error.code);
const refresh = (refreshToken: string, actorType?: string) => refreshSession({ refreshToken, actorType }, client());

/** An API client's session with its first refresh token. */
async function begin(actorType?: string) {
  const user = await verifiedUser();
  const session = await newSession(user, { kind: "api", remember: true, actorType });
  return { user, session, first: await startRefreshing(session) };
}

async function next(token: string): Promise<string> {
  const refreshed = await refresh(token);
  if (!refreshed.ok) throw new Error(refreshed.error.code);
  return refreshed.value.refreshToken;
}

const MINUTE_MS = 60_000;
const later = (minutes: number) => moveClock(minutes * MINUTE_MS);

beforeEach(emptyOutbox);

describe("a refresh token", () => {
  test("is exchanged for the next one; twenty, five at once, get the same, and nobody is signed out", async () => {
    const { session, first } = await begin();
    // They wait for each other, and on a busy machine more of them would wait for longer than a statement may.
    const queue = new PQueue({ concurrency: 5 });
    const answers = await queue.addAll(Array.from({ length: 20 }, () => () => refresh(first)));
    const tokens = answers.map((answer) => answer.ok && answer.value.refreshToken);
    expect(new Set(tokens).size).toBe(1);
    expect(await findPrincipalById(session.sessionId)).not.toBeNull();
    const unused = await db.refreshToken.count({ where: { sessionId: session.sessionId, usedAt: null } });
    expect(unused).toBe(1);
  });

  test("whose answer was lost is answered again for an hour, while its child is unused, and no longer", async () => {
    const { first } = await begin();
    const child = await next(first);
    await later(59);
    expect(await next(first)).toBe(child);
    await later(2);
    expect(codeOf(await refresh(first))).toBe("refresh_reused");
    expect(codeOf(await refresh(child))).not.toBe("ok");
  });

  test("that was replaced long ago ends the session and tells its owner, once", async () => {
    const { user, session, first } = await begin();
    await next(await next(first));
    await later(1);
    expect(codeOf(await refresh(first))).toBe("refresh_reused");
    expect(codeOf(await refresh(first))).toBe("refresh_unknown");
    expect(await findPrincipalById(session.sessionId)).toBeNull();
    expect(await outbox(user.email)).toMatchObject([{ subject: "A device was signed out" }]);
    const events = await db.securityEvent.findMany({ where: { userId: user.id, type: "session.refresh_reused" } });
    expect(events).toHaveLength(1);
  });

  test("past the hundredth in an hour is refused and not spent, so that a session holds few and ends fast", async () => {
    const { session, first } = await begin();
    for (let count = 1; count < LIMITS.refreshPerSession.points; count++)
      await consume(LIMITS.refreshPerSession, session.sessionId);
    const last = await next(first);
    expect(codeOf(await refresh(last))).toBe("too_many_attempts");
    expect(await db.refreshToken.count({ where: { sessionId: session.sessionId } })).toBe(2);
    await later(61);
    expect(codeOf(await refresh(last))).toBe("ok");
  });

  test("of one app is none for another, and trying does not spend it", async () => {
    const { first } = await begin("openauth:web");
    expect(codeOf(await refresh(first))).toBe("refresh_unknown");
    expect(codeOf(await refresh(first, "openauth:other"))).toBe("refresh_unknown");
    expect(codeOf(await refresh(first, "openauth:web"))).toBe("ok");
  });

  test("dies when the session is given a new chain: what was handed out before a change of password is worth nothing", async () => {
    const { session, first } = await begin();
    const principal = await findPrincipalById(session.sessionId);
    if (!principal) throw new Error("The session does not live");
    const changed = await changePassword(principal, { currentPassword: PASSWORD, newPassword: other(1) }, client());
    if (!changed.ok) throw new Error(changed.error.code);
    const second = await startRefreshing(changed.value);
    expect(codeOf(await refresh(first))).toBe("refresh_unknown");
    expect(codeOf(await refresh(second))).toBe("ok");
  });

  test("dies with 'sign out everywhere'", async () => {
    const { session, first } = await begin();
    const principal = await findPrincipalById(session.sessionId);
    if (principal) await revokeAllSessions(principal);
    expect(codeOf(await refresh(first))).toBe("refresh_unknown");
  });
});
