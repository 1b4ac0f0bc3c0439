import { expect, test, vi } from "vitest";
import { rotateSession } from "@/lib/auth/store/sessions";
import { newSession, verifiedUser } from "@/tests/support/people";

vi.mock("@/lib/validity", async (original) => ({ ...(await original<object>()), IDLE_HOURS_NOT_REMEMBERED: 48 }));

test("a session is remembered by the person’s choice, however long the site lets others live unused", async () => {
  const user = await verifiedUser();
  for (const remember of [true, false]) {
    const { sessionId } = await newSession(user, { remember });
    expect((await rotateSession(sessionId))?.remember, String(remember)).toBe(remember);
  }
});
