import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { sendSignInCode } from "@/lib/auth/email-code/send-sign-in-code";
import { signInByCode } from "@/lib/auth/email-code/sign-in-by-mail";
import { login } from "@/lib/auth/login";
import type { Result } from "@/lib/auth/model/errors";
import { proveByPassword } from "@/lib/auth/prove-again";
import { refreshSession, startRefreshing } from "@/lib/auth/refresh-session";
import { revokeOwnSession } from "@/lib/auth/sign-out";
import { issueAccessToken, readAccessToken, verifyAccessToken } from "@/lib/auth/steps/access-token";
import { isFresh } from "@/lib/auth/steps/reauthenticate";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { proveByAuthenticator } from "@/lib/auth/two-factor/second-step";
import { mailQueue } from "@/lib/mail/outbox";
import { moveClock } from "@/tests/support/clock";
import { owingSession, totpCode, twoStepUser } from "@/tests/support/factors";
import { sendNotice } from "@/tests/support/mails";
import { emptyOutbox, newestMail } from "@/tests/support/outbox";
import { client, links, newSession, PASSWORD, session, verifiedUser } from "@/tests/support/people";

// A machine's clock is set right, or wrong, by an hour while the site runs.

const codeOf = (result: Result<unknown>) => (result.ok ? "ok" : result.error.code);
const HOUR = 60;
const MINUTE_MS = 60_000;
const AUDIENCE = "test";

const jump = (minutes: number) => moveClock(minutes * MINUTE_MS);

beforeEach(emptyOutbox);

/** What is refreshed, as an API client does it. */
async function exchange(refreshToken: string): Promise<string> {
  const refreshed = await refreshSession({ refreshToken, actorType: undefined }, client());
  return refreshed.ok ? refreshed.value.refreshToken : refreshed.error.code;
}

async function mailedCode(email: string) {
  await emptyOutbox();
  const asked = await sendSignInCode({ email }, client(), links);
  if (!asked.ok) throw new Error(asked.error.code);
  return { verificationId: asked.value.verificationId, code: (await newestMail(email)).code ?? "" };
}

describe.each([HOUR, -HOUR])("a clock that jumps by %i minutes", (minutes) => {
  test("signs nobody out, and brings no ended session back", async () => {
    const alice = await verifiedUser();
    const [kept, ended] = [await session(alice), await session(alice)];
    await revokeOwnSession(kept.principal, ended.principal.sessionId);
    await jump(minutes);
    expect(await findPrincipal(kept.token)).not.toBeNull();
    expect(await findPrincipal(ended.token)).toBeNull();
    await jump(-minutes);
    expect(await findPrincipal(kept.token)).not.toBeNull();
    expect(await findPrincipal(ended.token)).toBeNull();
  });

  test("makes no proof fresh for longer, and lets its owner prove again", async () => {
    const { principal, token } = await session(await verifiedUser());
    expect(isFresh(principal)).toBe(true);
    await jump(minutes);
    expect(isFresh(principal)).toBe(false);
    const proved = await proveByPassword(principal, { currentPassword: PASSWORD }, client());
    expect(codeOf(proved)).toBe("ok");
    const again = await findPrincipal(proved.ok ? proved.value.token : token);
    expect(again && isFresh(again)).toBe(true);
  });

  test("lets no mailed code be used twice, and a new one be asked for", async () => {
    const { email } = await verifiedUser();
    const first = await mailedCode(email);
    expect(codeOf(await signInByCode(first, client()))).toBe("ok");
    await jump(minutes);
    expect(codeOf(await signInByCode(first, client()))).not.toBe("ok");
    expect(codeOf(await signInByCode(await mailedCode(email), client()))).toBe("ok");
  });

  test("lets no code of an authenticator app be used twice", async () => {
    const { user, secret } = await twoStepUser();
    vi.useFakeTimers({ toFake: ["Date"], now: Math.floor(Date.now() / 30_000) * 30_000 + 15_000 });
    const code = totpCode(secret);
    expect(codeOf(await proveByAuthenticator(await owingSession(user), { code }, client()))).toBe("ok");
    await jump(minutes);
    expect(codeOf(await proveByAuthenticator(await owingSession(user), { code }, client()))).not.toBe("ok");
    await jump(-minutes);
    expect(codeOf(await proveByAuthenticator(await owingSession(user), { code }, client()))).not.toBe("ok");
    await jump(1);
    expect(codeOf(await proveByAuthenticator(await owingSession(user), { code: totpCode(secret) }, client()))).toBe(
      "ok",
    );
  });

  test("brings no replaced refresh token back, and keeps the current one", async () => {
    const user = await verifiedUser();
    const start = async () => startRefreshing(await newSession(user, { kind: "api", remember: true }));
    const [mine, stolen] = [await start(), await start()];
    const current = await exchange(mine);
    await exchange(await exchange(stolen));
    await jump(minutes);
    expect(await exchange(stolen)).toBe("refresh_reused");
    expect(await exchange(current)).toMatch(/^[\w-]{40,}$/);
  });

  test("counts no guess for less, and opens to the owner once the limit is over", async () => {
    const { email } = await verifiedUser();
    const from = client();
    const signIn = async (password: string) => codeOf(await login({ email, password }, from, links));
    let wrong = 0;
    for (; (await signIn("not-the-password")) === "invalid_credentials"; wrong++);
    expect(wrong).toBe(10);
    await jump(minutes);
    // Forward, the limit's quarter of an hour has passed by all that is known. Back, it lasts an hour longer.
    expect(await signIn(PASSWORD)).toBe(minutes > 0 ? "ok" : "too_many_attempts");
    await jump(HOUR + 30);
    expect(await signIn(PASSWORD)).toBe("ok");
  });

  test("has an access token refused or end with its session, and gives a new one", async () => {
    const { principal } = await session(await verifiedUser());
    const about = { audience: AUDIENCE, subject: principal.userId, sessionId: principal.sessionId };
    const { token } = await issueAccessToken(about);
    await jump(minutes);
    expect(codeOf(await readAccessToken(token, AUDIENCE))).toBe("token_invalid");
    const renewed = await issueAccessToken(about);
    expect(codeOf(await verifyAccessToken(renewed.token, AUDIENCE))).toBe("ok");
    await revokeOwnSession(principal, principal.sessionId);
    expect(codeOf(await verifyAccessToken(renewed.token, AUDIENCE))).toBe("unauthenticated");
  });

  test("keeps nobody waiting who shows a token of an unknown key", async () => {
    await issueAccessToken({ audience: AUDIENCE, subject: randomUUID() });
    const { token } = await issueAccessToken({ audience: AUDIENCE, subject: randomUUID() });
    const [, ...rest] = token.split(".");
    const header = { alg: "ES256", typ: "at+jwt", kid: randomUUID() };
    await jump(minutes);
    const unknown = [Buffer.from(JSON.stringify(header)).toString("base64url"), ...rest].join(".");
    expect(codeOf(await readAccessToken(unknown, AUDIENCE))).toBe("token_invalid");
  }, 10_000);

  test("loses no mail that waits, and has none sent under two keys", async () => {
    await sendNotice("alice@example.com");
    const claimed = await mailQueue.claim(30_000);
    await jump(minutes);
    const again = await mailQueue.claim(30_000);
    // Forward, the lease is over: the mail service knows by the key that it is the same mail. Back, it is kept for an hour.
    expect(again?.id).toBe(minutes > 0 ? claimed?.id : undefined);
    await jump(HOUR + 1);
    expect((await mailQueue.claim(30_000))?.id).toBe(claimed?.id);
  });
});
