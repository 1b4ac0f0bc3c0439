import { expect, test, vi } from "vitest";
import { refreshSession, startRefreshing } from "@/lib/auth/refresh-session";
import { db } from "@/lib/db";
import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import { client, newSession, verifiedUser } from "@/tests/support/people";
import { waitingForUs } from "@/tests/support/waiting-for-us";

test("a token that is exchanged while a change of password ends it stays ended", async () => {
  const session = await newSession(await verifiedUser(), { kind: "api", remember: true });
  const { sessionId } = session;
  const refreshToken = await startRefreshing(session);
  let begin = () => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const ending = transact(async () => {
    await lockRow("Session", sessionId);
    begin();
    await vi.waitFor(async () => expect(await waitingForUs()).toBe(1));
    await db.refreshToken.deleteMany({ where: { sessionId } });
  });
  await begun;
  const refreshed = await refreshSession({ refreshToken }, client());
  await ending;
  expect(refreshed).toMatchObject({ ok: false, error: { code: "refresh_unknown" } });
  expect(await db.refreshToken.count({ where: { sessionId } })).toBe(0);
});
