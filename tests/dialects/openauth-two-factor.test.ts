import { PasswordUI } from "@openauthjs/openauth/ui/password";
import { beforeEach, describe, expect, test } from "vitest";
import { startRefreshing } from "@/lib/auth/refresh-session";
import { issueVerification } from "@/lib/auth/store/verifications";
import { db } from "@/lib/db";
import { openauth, openauthScreens } from "@/lib/dialects/openauth";
import { PasswordProvider, type PasswordStep } from "@/lib/dialects/openauth/password-provider";
import { env } from "@/lib/env";
import { apiBrowser, askApi } from "@/tests/support/ask-api";
import { totpCode, twoStepUser, wrongCode } from "@/tests/support/factors";
import { cookiesOf } from "@/tests/support/http-client";
import { client, newSession, PASSWORD, verifiedUser, withEnv } from "@/tests/support/people";

const SITE = "http://localhost:3000";
const SHOP = "https://shop.example.com/callback";
const REQUIRED = { AUTH_REQUIRE_SECOND_FACTOR: "all" } as const;
const PKCE = { code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" };

beforeEach(() => {
  Object.assign(env(), { APP_URL: SITE, API_REDIRECT_URLS: [SHOP] });
});

const screens = openauthScreens(async (_, to) => to);

/** A browser that an app sent here. */
async function appBrowser() {
  const { jar, visit } = apiBrowser(SITE);
  const begin = { client_id: "web", redirect_uri: SHOP, response_type: "code", ...PKCE };
  await visit(openauth, `/openauth/authorize?${new URLSearchParams(begin)}`);
  const screen = (step: string, form?: Record<string, string>) => visit(screens, `/password/${step}`, form);
  return { jar, screen };
}

describe("an app gets nothing of a session that owes a factor", () => {
  test("by a code that was granted all the same, or by a refresh token", async () => {
    const { user } = await twoStepUser();
    const session = await newSession(user, { kind: "api", actorType: "openauth:web" });
    const { sessionId, absoluteExpires } = session;
    const refresh_token = `web:${await startRefreshing(session)}`;
    const token = (form: Record<string, string>) => askApi(openauth, `${SITE}/openauth/token`, { form });
    expect((await token({ grant_type: "refresh_token", refresh_token })).body.error).toBe("invalid_grant");
    const granted = { clientId: "web", redirectUri: SHOP, challenge: null, userId: user.id, sessionId };
    const payload = { ...granted, absoluteExpires: absoluteExpires.toISOString() };
    const { token: code } = await issueVerification({ purpose: "grant-code", payload });
    const exchange = { grant_type: "authorization_code", redirect_uri: SHOP, client_id: "web", code };
    expect((await token(exchange)).body.error).toBe("invalid_grant");
    expect(await db.session.count({ where: { userId: user.id } })).toBe(0);
  });

  test("where the factor is still to be set up, or a passkey: the screen names the page, and no session is left", () =>
    withEnv(REQUIRED, async () => {
      const [user, withPasskey] = [await verifiedUser(), await verifiedUser()];
      const passkey = { credentialId: crypto.randomUUID(), publicKey: Buffer.from("key"), counter: 0 };
      await db.passkey.create({ data: { ...passkey, aaguid: "", label: "Key", userId: withPasskey.id } });
      for (const [{ email }, words] of [
        [user, "Set up two-step sign-in"],
        [withPasskey, "A passkey cannot be used here."],
      ] as const) {
        const typed = await (await appBrowser()).screen("authorize", { email, password: PASSWORD });
        expect([typed.status, typed.text]).toEqual([403, expect.stringContaining(words)]);
        expect(typed.text).toContain(`href="${SITE}/login"`);
      }
      expect(await db.session.count({ where: { userId: { in: [user.id, withPasskey.id] } } })).toBe(0);
    }));
});

describe("the screen for the factor", () => {
  test("asks only the browser whose sign-in it was, for the app that it was for, and once", async () => {
    const { user, secret } = await twoStepUser();
    const { jar, screen } = await appBrowser();
    expect(await screen("authorize", { email: user.email, password: PASSWORD })).toMatchObject({
      location: "/password/factor",
    });
    const [flow, app] = ["auth.password", "auth.authorization"].map((name) => jar.get(name) ?? "") as [string, string];
    const again = { status: 302, location: "authorize" };
    jar.delete("auth.authorization");
    expect(await screen("factor", { code: totpCode(secret) })).toMatchObject(again);
    jar.set("auth.password", flow);
    expect(await screen("factor")).toMatchObject(again);
    jar.set("auth.authorization", app).set("auth.password", flow);
    expect((await screen("factor", { code: totpCode(secret) })).location).toMatch(/^https:\/\/shop.*[?&]code=/);
    jar.set("auth.authorization", app).set("auth.password", flow);
    expect(await screen("factor", { code: totpCode(secret, 1) })).toMatchObject(again);
  });

  test("is ours beside npm's PasswordUI, which has none, and is only for who has a second factor", async () => {
    const provider = PasswordProvider(PasswordUI({ sendCode: async () => {} }));
    const from = client();
    const entered: string[] = [];
    let cookie = "";
    const visit = async (step: PasswordStep, fields?: Record<string, string>) => {
      const form = fields ? new FormData() : null;
      for (const [name, value] of Object.entries(fields ?? {})) form?.append(name, value);
      const request = new Request(`${SITE}/password/${step}`, { headers: { cookie } });
      const response = await provider.handle(step, request, form, {
        client: from,
        session: { kind: "api", actorType: "openauth:web" },
        async success({ user }) {
          entered.push(user.email);
          return new Response(null, { status: 302 });
        },
      });
      if (response.headers.getSetCookie().length > 0) cookie = cookiesOf(response);
      return { status: response.status, location: response.headers.get("location"), html: await response.text() };
    };
    const plain = await verifiedUser();
    await visit("authorize", { email: plain.email, password: PASSWORD });
    expect(entered).toEqual([plain.email]);

    const { user, secret } = await twoStepUser();
    expect(await visit("authorize", { email: user.email, password: PASSWORD })).toMatchObject({
      location: "/password/factor",
    });
    expect((await visit("factor")).html).toContain("Confirm that it is you");
    expect((await visit("factor", { code: wrongCode(secret) })).status).toBe(401);
    expect(entered).toEqual([plain.email]);
    await visit("factor", { code: totpCode(secret) });
    expect(entered).toEqual([plain.email, user.email]);
  });
});
