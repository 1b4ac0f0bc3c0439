import { PasswordUI } from "@openauthjs/openauth/ui/password";
import { decodeJwt } from "jose";
import { beforeEach, expect, test, vi } from "vitest";
import { PROFILE_FIELDS } from "@/lib/auth/model/profile-fields";
import { openauth, openauthScreens } from "@/lib/dialects/openauth";
import { PasswordProvider } from "@/lib/dialects/openauth/password-provider";
import { env } from "@/lib/env";
import { apiBrowser, askApi } from "@/tests/support/ask-api";
import { BLANK, COLUMNS, FIRST, storedFields } from "@/tests/support/fields";
import { newestMail } from "@/tests/support/outbox";
import { client, PASSWORD } from "@/tests/support/people";

vi.mock("@/lib/auth/model/profile-fields", () => import("@/tests/support/fields-everywhere"));

const SITE = "http://localhost:3000";
const SHOP = "https://shop.example.com/callback";
const APP = { client_id: "web", redirect_uri: SHOP };
/** The example of RFC 7636. */
const CHALLENGE = { code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" };
const VERIFIER = { code_verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" };

beforeEach(() => {
  Object.assign(env(), { APP_URL: SITE, API_REDIRECT_URLS: [SHOP] });
});

const screens = openauthScreens(async (_, to) => to);
const typed = () => ({
  email: `${crypto.randomUUID()}@example.com`,
  action: "register",
  password: PASSWORD,
  repeat: PASSWORD,
});

test("the registration asks for a person's fields, keeps them, and tells them to the app", async () => {
  const { visit } = apiBrowser(SITE);
  await visit(openauth, `/openauth/authorize?${new URLSearchParams({ ...APP, ...CHALLENGE, response_type: "code" })}`);
  const { text } = await visit(screens, "/password/register");
  for (const column of COLUMNS) expect(text).toMatch(new RegExp(`<input[^>]* name="${column}"[^>]* required>`));

  const alice = typed();
  await visit(screens, "/password/register", { ...alice, ...FIRST });
  const { code: digits = "" } = await newestMail(alice.email);
  const granted = await visit(screens, "/password/register", { action: "verify", code: digits });
  expect(await storedFields(alice.email)).toEqual(FIRST);
  const code = new URL(granted.location ?? "").searchParams.get("code") ?? "";
  const form = { grant_type: "authorization_code", code, ...APP, ...VERIFIER };
  const { body } = await askApi(openauth, `${SITE}/openauth/token`, { form });
  expect(decodeJwt(body.access_token).properties).toEqual({ ...FIRST, id: expect.any(String), email: alice.email });
});

test("what is required and blank is refused in words that name it, and what was typed stays", async () => {
  const [{ column = "", label = "" } = {}] = PROFILE_FIELDS;
  const { visit } = apiBrowser(SITE);
  const { text } = await visit(screens, "/password/register", { ...typed(), ...FIRST, [column]: " " });
  expect(text).toContain(`${label}: Enter your `);
  for (const [other, value] of Object.entries(FIRST))
    if (other !== column) expect(text).toMatch(new RegExp(`name="${other}"[^>]* value="${value}"`));
  expect((await visit(screens, "/password/register", { ...typed(), ...BLANK })).text).toContain(
    `${label}: Enter your `,
  );
});

test("screens of one's own that ask for none of them still register", async () => {
  const { handle } = PasswordProvider(PasswordUI({ sendCode: async () => {} }));
  const form = new FormData();
  for (const [name, value] of Object.entries(typed())) form.append(name, value);
  const flow = { client: client(), session: {}, success: async () => new Response() };
  const answer = await handle("register", new Request(`${SITE}/password/register`), form, flow);
  expect(await answer.text()).toContain('name="action" value="verify"');
});
