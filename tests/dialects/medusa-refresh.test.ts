import { decodeJwt } from "jose";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { revokeAllSessions } from "@/lib/auth/sign-out";
import { issueAccessToken } from "@/lib/auth/steps/access-token";
import { findPrincipalById } from "@/lib/auth/store/sessions";
import { backgroundIdle } from "@/lib/background";
import { db } from "@/lib/db";
import { medusa } from "@/lib/dialects/medusa";
import { env } from "@/lib/env";
import { PASSWORD, verifiedUser } from "@/tests/support/people";

const SITE = "http://localhost:3000";
const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
beforeAll(() => void Object.assign(env(), { APP_URL: SITE, TRUSTED_PROXY_HOPS: 1 }));
afterEach(() => vi.useRealTimers());

let ip = 0;
async function call(method: "GET" | "POST", path: string, token?: string, body?: object) {
  ip += 1;
  const headers = { "x-forwarded-for": `198.51.100.${ip}`, ...(body && { "content-type": "application/json" }) };
  const authorization = token && { authorization: `Bearer ${token}` };
  const init = { method, headers: { ...headers, ...authorization }, body: body && JSON.stringify(body) };
  const answer = await medusa[method](new Request(SITE + path, init));
  return { status: answer.status, token: String(((await answer.json()) as { token?: string }).token) };
}
async function customer() {
  const user = await verifiedUser();
  const data = { id: `cus_${user.id}`, userId: user.id, type: "customer", data: {} };
  await db.actor.create({ data });
  const { token } = await call("POST", "/auth/customer/emailpass", undefined, {
    email: user.email,
    password: PASSWORD,
  });
  return { user, token };
}
/** Moves the clock on, once the writes in the background are done. */
async function passes(ms: number): Promise<void> {
  await backgroundIdle();
  vi.setSystemTime(Date.now() + ms);
}
const refresh = (token: string) => call("POST", "/auth/token/refresh", token);
const ownPage = async (token: string) => (await call("GET", "/store/customers/me", token)).status;

test("a token that has ended opens nothing, and can be exchanged for a day", async () => {
  const { token } = await customer();
  vi.useFakeTimers({ toFake: ["Date"] });
  await passes(23 * HOUR_MS);
  expect(await ownPage(token)).toBe(401);
  const refreshed = await refresh(token);
  expect([refreshed.status, await ownPage(refreshed.token)]).toEqual([200, 200]);
  await passes(2 * HOUR_MS);
  expect((await refresh(token)).status).toBe(401);
  expect((await refresh(refreshed.token)).status).toBe(200);
});

test("a client that comes back every day stays signed in, until thirty are over", async () => {
  let { token } = await customer();
  vi.useFakeTimers({ toFake: ["Date"] });
  for (let day = 1; day <= 30; day += 1) {
    await passes(DAY_MS - HOUR_MS / 4);
    const refreshed = await refresh(token);
    expect(refreshed.status, `day ${day}`).toBe(200);
    token = refreshed.token;
  }
  await passes(DAY_MS / 2);
  expect((await refresh(token)).status).toBe(401);
});

test("a session that was ended gives no new token, nor does a disabled person's", async () => {
  const [one, two] = [await customer(), await customer()];
  vi.useFakeTimers({ toFake: ["Date"] });
  await passes(HOUR_MS);
  const principal = await findPrincipalById(String(decodeJwt(one.token).sid));
  if (!principal) throw new Error("The session has ended");
  await revokeAllSessions(principal);
  await db.user.update({ where: { id: two.user.id }, data: { disabledAt: new Date() } });
  expect((await refresh(one.token)).status).toBe(401);
  expect((await refresh(two.token)).status).toBe(401);
});

test("a token of another kind, or of another's key, gains nothing by the day", async () => {
  const { user, token } = await customer();
  const sessionId = String(decodeJwt(token).sid);
  const other = await issueAccessToken({ audience: "authenticated", subject: user.id, sessionId });
  const parts = token.split(".");
  const cut = `${parts[0]}.${parts[1]}.${Buffer.alloc(64).toString("base64url")}`;
  vi.useFakeTimers({ toFake: ["Date"] });
  await passes(HOUR_MS);
  for (const foreign of [other.token, cut]) expect((await refresh(foreign)).status).toBe(401);
});
