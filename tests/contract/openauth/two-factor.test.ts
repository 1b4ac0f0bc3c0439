import { createClient } from "@openauthjs/openauth/client";
import { createSubjects } from "@openauthjs/openauth/subject";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { db } from "@/lib/db";
import { type ApiServer, SHOP_CALLBACK, startApiServer } from "@/tests/support/api-server";
import { totpCode, twoStepUser, wrongCode } from "@/tests/support/factors";
import { PASSWORD } from "@/tests/support/people";
import { browser } from "./visit";

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server?.stop());

const subjects = createSubjects({ user: z.object({ id: z.string(), email: z.string() }) });

function visitor() {
  const jar = new Map<string, string>();
  return { visit: browser((path, init) => fetch(server.url + path, init), jar), jar };
}

/** A browser that an app sent, whose person has typed the right password. */
async function withPassword(email: string) {
  const app = createClient({ clientID: "web", issuer: `${server.url}/openauth` });
  const { url, challenge } = await app.authorize(SHOP_CALLBACK, "code", { pkce: true });
  const { visit, jar } = visitor();
  await visit(url.slice(server.url.length));
  const typed = await visit("/password/authorize", { email, password: PASSWORD });
  return { app, challenge, visit, jar, typed };
}

describe("an app's sign-in of a person with two-step sign-in", () => {
  test("asks for the code of the authenticator, and gives the app nothing before", async () => {
    const { user, secret } = await twoStepUser();
    const { app, challenge, visit, typed } = await withPassword(user.email);
    expect(typed).toMatchObject({ status: 302, location: "/password/factor" });
    expect(await db.verification.count({ where: { purpose: "grant-code" } })).toBe(0);
    const screen = await visit("/password/factor");
    expect(screen).toMatchObject({ status: 200, message: "" });
    expect(screen.html).toContain('name="code"');
    expect(screen.html).toContain("factor?with=recovery-code");
    expect(await visit("/password/factor", { code: wrongCode(secret) })).toMatchObject({
      status: 401,
      message: "Code is incorrect.",
    });
    const done = await visit("/password/factor", { code: totpCode(secret) });
    const back = new URL(done.location);
    expect(back.origin + back.pathname).toBe(SHOP_CALLBACK);
    const exchanged = await app.exchange(back.searchParams.get("code") ?? "", SHOP_CALLBACK, challenge.verifier);
    if (exchanged.err) throw exchanged.err;
    expect(await app.verify(subjects, exchanged.tokens.access)).toMatchObject({
      subject: { properties: { email: user.email } },
    });
    expect((await app.refresh(exchanged.tokens.refresh)).err).toBeFalsy();
    expect(await visit("/password/factor")).toMatchObject({ status: 302, location: "authorize" });
  });

  test("takes a recovery code, once, and remembers the device where that is asked for", async () => {
    const { user, recoveryCodes } = await twoStepUser();
    const first = await withPassword(user.email);
    const screen = await first.visit("/password/factor?with=recovery-code");
    expect(screen.html).toContain("Recovery code");
    const code = recoveryCodes[0]?.toLowerCase() ?? "";
    const done = await first.visit("/password/factor?with=recovery-code", { code, remember: "on" });
    expect(done.location).toContain(`${SHOP_CALLBACK}?code=`);
    const again = await first.visit("/openauth/authorize?".concat(String(new URL(await authorizeUrl()).searchParams)));
    expect(again.location).toBe("/password/authorize");
    const remembered = await first.visit("/password/authorize", { email: user.email, password: PASSWORD });
    expect(remembered.location).toContain(`${SHOP_CALLBACK}?code=`);
    const elsewhere = await withPassword(user.email);
    expect(elsewhere.typed.location).toBe("/password/factor");
    const replayed = await elsewhere.visit("/password/factor?with=recovery-code", { code });
    expect(replayed.status).toBe(401);
  });

  const authorizeUrl = async () => {
    const app = createClient({ clientID: "web", issuer: `${server.url}/openauth` });
    return (await app.authorize(SHOP_CALLBACK, "code", { pkce: true })).url;
  };

  test("cannot be gone round: by skipping the screen, another browser's, another person's code, or many sessions", async () => {
    const [{ user, secret }, mallory] = [await twoStepUser(), await twoStepUser()];
    const { visit, jar } = await withPassword(user.email);
    expect(await visit("/password/factor", { code: totpCode(mallory.secret) })).toMatchObject({ status: 401 });
    expect(await visit("/password/factor?with=recovery-code", { code: mallory.recoveryCodes[0] ?? "" })).toMatchObject({
      status: 401,
    });
    expect(await visitor().visit("/password/factor", { code: totpCode(secret) })).toMatchObject({
      status: 302,
      location: "authorize",
    });
    // Only our server can write the cookie that names the session.
    const cookie = jar.get("auth.password") ?? "";
    jar.set("auth.password", cookie.replace(/\..*/, ".forged"));
    expect(await visit("/password/factor", { code: totpCode(secret) })).toMatchObject({ location: "authorize" });
    expect(await db.session.count({ where: { userId: user.id, owedFactor: null } })).toBe(0);

    const statuses: number[] = [];
    for (let n = 0; n < 11; n++) {
      const next = await withPassword(user.email);
      statuses.push((await next.visit("/password/factor", { code: wrongCode(secret) })).status);
    }
    // The test guessed twice above.
    expect(statuses).toEqual([...Array(8).fill(401), 429, 429, 429]);
    const late = await withPassword(user.email);
    expect(await late.visit("/password/factor", { code: totpCode(secret) })).toMatchObject({
      status: 429,
      message: expect.stringMatching(/^Too many attempts/),
    });
    expect(await db.session.count({ where: { userId: user.id, owedFactor: null } })).toBe(0);
  });
});

test("people who came by themselves go on at our own page", async () => {
  const { user } = await twoStepUser();
  const { visit } = visitor();
  const typed = await visit("/password/authorize?to=/account", { email: user.email, password: PASSWORD });
  expect(typed).toMatchObject({ status: 302, location: expect.stringMatching(/^\/two-factor\?to=/) });
  expect((await visit("/two-factor?to=%2Faccount")).status).toBe(200);
  expect((await visit("/api/me")).status).toBe(401);
});
