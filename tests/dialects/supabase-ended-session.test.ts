import { isAuthSessionMissingError } from "@supabase/auth-js";
import { beforeEach, expect, test, vi } from "vitest";
import { db } from "@/lib/db";
import { PASSWORD, verifiedUser } from "@/tests/support/people";
import { localClient, send } from "./supabase-client";

const meanwhile = vi.hoisted(() => ({ sessionEnds: false }));

// Between the check of the token and the story the session ends.
vi.mock("@/lib/auth/steps/lock-session", async (importOriginal) => {
  const { lockSession } = await importOriginal<typeof import("@/lib/auth/steps/lock-session")>();
  return {
    lockSession: async (holder: Parameters<typeof lockSession>[0]) => {
      if (meanwhile.sessionEnds) await db.session.deleteMany({ where: { id: holder.sessionId } });
      return lockSession(holder);
    },
  };
});

beforeEach(() => {
  meanwhile.sessionEnds = false;
});

async function signedIn() {
  const [{ email }, auth] = [await verifiedUser(), localClient()];
  const { data } = await auth.signInWithPassword({ email, password: PASSWORD });
  meanwhile.sessionEnds = true;
  return { auth, token: data.session?.access_token ?? "" };
}

test.each([
  ["a factor is removed", "DELETE", "factors/none"],
  ["a passkey is removed", "DELETE", "passkeys/none"],
  ["the address is changed", "PUT", "user"],
])("a session that ends while %s is none that has expired: the client signs in again", async (_, method, path) => {
  const { token } = await signedIn();
  const body = method === "PUT" ? JSON.stringify({ email: "new@example.com", current_password: PASSWORD }) : undefined;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const answer = await send(path, { method, headers, body });
  expect([answer.status, await answer.json()]).toMatchObject([403, { error_code: "session_not_found" }]);
});

test("the client itself takes it for a session that is missing", async () => {
  const { auth } = await signedIn();
  const { error } = await auth.updateUser({ email: "new@example.com", current_password: PASSWORD });
  expect(isAuthSessionMissingError(error)).toBe(true);
});
