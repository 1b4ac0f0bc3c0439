import { CodeUI as PackageCodeUI } from "@openauthjs/openauth/ui/code";
import { decodeJwt } from "jose";
import { beforeEach, describe, expect, test } from "vitest";
import { backgroundIdle } from "@/lib/background";
import { db } from "@/lib/db";
import { openauthRoutes } from "@/lib/dialects/openauth";
import { CodeProvider } from "@/lib/dialects/openauth/code-provider";
import { CodeUI } from "@/lib/dialects/openauth/code-ui";
import { issuer } from "@/lib/dialects/openauth/issuer";
import { env } from "@/lib/env";
import { totpCode, twoStepUser, wrongCode } from "@/tests/support/factors";
import { newestMail } from "@/tests/support/outbox";
import { disabledUser, verifiedUser } from "@/tests/support/people";
import { parametersOf, SHOP, SITE, site } from "./openauth-site";

const SCREEN = "/openauth/pin/authorize";
let sent: { email: string; code: string }[] = [];
beforeEach(async () => {
  Object.assign(env(), { APP_URL: SITE, API_REDIRECT_URLS: [SHOP] });
  await db.rateLimit.deleteMany();
  sent = [];
});

const ui = PackageCodeUI({ sendCode: async ({ email = "" }, code) => void sent.push({ email, code }) });
const config = issuer({
  providers: { pin: CodeProvider(ui) },
  success: async (context, value) => context.subject("user", { ...value.claims, via: value.provider }),
});

/** A browser that an app sent here and that asked for a code for this address, and the code, which is sent after the answer. */
async function asked(email: string) {
  const browser = site(config);
  await browser.begin({ provider: "pin" });
  const drawn = await browser.go(SCREEN, { action: "request", email });
  await backgroundIdle();
  const type = (typed: string) => browser.go(SCREEN, { action: "verify", code: typed });
  return { ...browser, drawn, type, code: sent.at(-1)?.code ?? "" };
}

const not = (code: string) => (code === "111111" ? "222222" : "111111");
const isStart = (text: string) => text.includes('value="request"') && !text.includes('value="verify"');

describe("npm's CodeUI, unmodified", () => {
  test("signs in who types the code, and makes a user of a new address", async () => {
    const email = `new-${crypto.randomUUID().slice(0, 8)}@example.com`;
    const { jar, drawn, code, type, exchange } = await asked(email.toUpperCase());
    expect(sent).toEqual([{ email, code: expect.stringMatching(/^\d{6}$/) }]);
    expect(JSON.stringify([drawn.text, ...jar])).not.toContain(code);
    expect((await type(not(code))).text).toContain("Invalid code");
    const done = await type(code);
    expect(parametersOf(done.location)).toMatchObject({ state: "s", iss: `${SITE}/openauth` });
    const { access_token } = (await exchange(done.location)).body;
    expect(decodeJwt(access_token)).toMatchObject({ type: "user", properties: { email, via: "pin" } });
    const user = await db.user.findUniqueOrThrow({ where: { email }, include: { sessions: true } });
    expect(user.sessions.map(({ proofs, actorType }) => [proofs, actorType])).toEqual([["email-code", "openauth:web"]]);
  });

  test("says what is no address, begins anew where there is nothing to type, and opens for an app only", async () => {
    const browser = site(config);
    expect(await browser.go(SCREEN)).toMatchObject({ status: 400, location: null });
    await browser.begin();
    expect(isStart((await browser.go(SCREEN)).text)).toBe(true);
    const wrong = await browser.go(SCREEN, { action: "request", email: "x" });
    expect(wrong.text).toContain("Email address is not valid");
    for (const action of ["verify", "nonsense"])
      expect(isStart((await browser.go(SCREEN, { action, code: "123456" })).text)).toBe(true);
    expect(sent).toEqual([]);
  });
});

test("our CodeUI names the app, holds what was typed as text, and the code goes in our own mail", async () => {
  const { begin, go } = site(issuer({ providers: { pin: CodeProvider(CodeUI()) } }));
  const { email } = await verifiedUser();
  await begin();
  expect((await go(SCREEN)).text).toContain("We will mail you a code. You will continue to the web app.");
  const odd = await go(SCREEN, { action: "request", email: '"><b>' });
  expect(odd.text).toContain("Email is not valid.");
  expect(odd.text).not.toContain("<b>");
  const drawn = await go(SCREEN, { action: "request", email });
  expect(drawn.headers.get("content-security-policy")).toContain(`form-action 'self' ${new URL(SHOP).origin}`);
  const { code = "", token } = await newestMail(email);
  expect(token).toBe("");
  expect((await go(SCREEN, { action: "verify", code: not(code) })).text).toContain("Code is incorrect.");
  expect((await go(SCREEN, { action: "resend", email })).text).toContain("Check your inbox");
  expect(parametersOf((await go(SCREEN, { action: "verify", code })).location)).toHaveProperty("code");
});

describe("a code", () => {
  test("works once, in the browser that asked, for five tries", async () => {
    const { email } = await verifiedUser();
    const [mine, thief] = [await asked(email), site(config)];
    await thief.begin();
    expect(isStart((await thief.go(SCREEN, { action: "verify", code: mine.code })).text)).toBe(true);
    const cookies = [...mine.jar];
    const again = async () => {
      for (const [name, value] of cookies) mine.jar.set(name, value);
      return mine.type(mine.code);
    };
    expect(parametersOf((await mine.type(mine.code)).location)).toHaveProperty("code");
    expect(isStart((await again()).text)).toBe(true);

    await db.rateLimit.deleteMany();
    const burned = await asked(email);
    for (let n = 0; n < 5; n++) expect((await burned.type(not(burned.code))).text).toContain("Invalid code");
    expect(isStart((await burned.type(burned.code)).text)).toBe(true);
  });

  test("is sent once a minute, to no disabled account, and the answer is the same", async () => {
    const [{ email }, disabled] = [await verifiedUser(), await disabledUser()];
    const { drawn } = await asked(disabled.email);
    const { go, code, type, drawn: usual } = await asked(email);
    expect(sent.map((mail) => mail.email)).toEqual([email]);
    expect(drawn.text.replaceAll(disabled.email, email)).toBe(usual.text);
    expect((await go(SCREEN, { action: "request", email })).text).toBe(usual.text);
    await backgroundIdle();
    expect(sent.length).toBe(1);
    expect(parametersOf((await type(code)).location)).toHaveProperty("code");
  });

  test("leaves a second factor owed, unless the device is remembered, and success hears by which provider it was", async () => {
    const { user, secret } = await twoStepUser();
    const { code, type, go, begin, exchange } = await asked(user.email);
    const owing = await type(code);
    expect(owing.location).toBe("/password/factor");
    expect((await go("/password/factor", { code: wrongCode(secret) })).status).toBe(401);
    const done = await go("/password/factor", { code: totpCode(secret), remember: "on" });
    const { access_token } = (await exchange(done.location)).body;
    expect(decodeJwt(access_token)).toMatchObject({ properties: { email: user.email, via: "pin" } });
    await db.rateLimit.deleteMany();
    await begin();
    await go(SCREEN, { action: "request", email: user.email });
    await backgroundIdle();
    expect(parametersOf((await type(sent.at(-1)?.code ?? "")).location)).toHaveProperty("code");
  });

  test("is asked for by no other site's page", async () => {
    const headers = { origin: "https://evil.example" };
    const body = new URLSearchParams({ action: "request", email: "a@example.com" });
    const answer = await openauthRoutes(config).POST(new Request(SITE + SCREEN, { method: "POST", headers, body }));
    expect(answer.status).toBe(403);
  });
});
