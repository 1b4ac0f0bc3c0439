import { afterAll, beforeAll, expect, test } from "vitest";
import { strapiApi } from "@/lib/dialects/strapi";
import { SETTINGS, type StrapiSettings } from "@/lib/dialects/strapi/settings";
import { type ApiServer, startApiServer } from "@/tests/support/api-server";
import { askApi } from "@/tests/support/ask-api";
import { disabledUser, other, providerUser, verifiedUser, withEnv } from "@/tests/support/people";
import { client, newcomer, refusal } from "./person";

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer({ AUTH_REQUIRE_EMAIL_VERIFICATION: "false" });
});
afterAll(async () => void (await server?.stop()));

const { post, signIn, register, resetCode } = client(() => server);
/** Calls the API in this process with other settings, on the server's database, because these settings are code. */
const withSettings = (settings: Partial<StrapiSettings>) => {
  const api = strapiApi({ ...SETTINGS, callsPerMinute: 1_000, ...settings });
  return (path: string, body: object, token?: string) => askApi(api, `${server.url}/api/auth/${path}`, { body, token });
};
const change = (currentPassword: string, password: string, passwordConfirmation = password) => ({
  ...{ currentPassword, password, passwordConfirmation },
});
const MATCH = refusal(400, "ValidationError", "Passwords do not match");
const WRONG = refusal(400, "ValidationError", "The provided current password is invalid");
const SAME = refusal(400, "ValidationError", "Your new password must be different than your current password");
const INVALID = refusal(400, "ValidationError", "Invalid identifier or password");
/** The 72 bytes that bcrypt reads, in characters of one byte, and with one of three. */
const LONG = ["plover-hatch-".repeat(6).slice(0, 72), `${"granite-otter".repeat(6).slice(0, 69)}测`];

test("auth.test.api.js 1, controllers/auth.test.ts 29: a change without a token is forbidden", async () => {
  expect(await post("change-password", {})).toMatchObject(refusal(403, "ForbiddenError", "Forbidden"));
});

test("auth.test.api.js 2: a change whose confirmation differs is refused", async () => {
  const { jwt, password } = await register();
  expect(await post("change-password", change(password, other(1), other(2)), jwt)).toMatchObject(MATCH);
});

test("auth.test.api.js 3, validation/auth.test.js 17: a change with another password than the present one is refused", async () => {
  const { jwt } = await register();
  expect(await post("change-password", change("badPassword", other(1)), jwt)).toMatchObject(WRONG);
});

test("auth.test.api.js 4, validation/auth.test.js 18: a change to the present password is refused", async () => {
  const { jwt, password } = await register();
  expect(await post("change-password", change(password, password), jwt)).toMatchObject(SAME);
});

test("auth.test.api.js 5, 6, validation/auth.test.js 19: a change answers token and user, and the new password signs in", async () => {
  const { jwt, id, username, email, password } = await register();
  const changed = await post("change-password", change(password, other(1)), jwt);
  expect(changed).toMatchObject({ status: 200, body: { jwt: expect.any(String), user: { id, email, username } } });
  expect((await signIn({ email, password: other(1) })).status).toBe(200);
  expect((await signIn({ email, password })).status).toBe(400);
});

test("validation/auth.test.js 1, 2, 3: registrations with a usual password and with 72 bytes are taken", async () => {
  for (const password of [other(3), ...LONG]) {
    const given = { ...newcomer(), password };
    expect((await post("local/register", given)).status, password).toBe(200);
    expect((await signIn(given)).status, password).toBe(200);
  }
});

test("validation/auth.test.js 4, 5: a field that is not asked for is refused", async () => {
  const body = { ...newcomer(), confirmed: true };
  expect(await post("local/register", body)).toMatchObject(
    refusal(400, "ValidationError", "Invalid parameters: confirmed"),
  );
  expect((await withSettings({ allowedFields: [] })("local/register", body)).status).toBe(400);
});

test("validation/auth.test.js 6: a field that the settings allow is taken", async () => {
  const body = { ...newcomer(), confirmed: true };
  expect((await withSettings({ allowedFields: ["confirmed"] })("local/register", body)).status).toBe(200);
});

test("validation/auth.test.js 7, 8: a rule of the site's own decides on new passwords", async () => {
  const validatePassword = (value: string) => /[A-Z]/.test(value) && /[0-9]/.test(value);
  const ask = withSettings({ validatePassword });
  const refused = await ask("local/register", { ...newcomer(), password: "Plover-Hatch-Quill" });
  expect(refused).toMatchObject(refusal(400, "ValidationError", "Password validation failed."));
  expect((await ask("local/register", { ...newcomer(), password: "Plover-Hatch-93-Quill" })).status).toBe(200);
});

test("validation/password.test.ts 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12: each route that sets a password awaits the rule and says why", async () => {
  const { jwt, password } = await register();
  const fresh = { password: other(5), passwordConfirmation: other(5) };
  const rules = [
    [async () => false, "Password validation failed."],
    [() => Promise.reject(new Error("It was in a breach")), "It was in a breach"],
    [() => Promise.reject({ message: "A policy of ours" }), "A policy of ours"],
    [() => Promise.reject(new Error("")), "An error occurred."],
  ] as const;
  for (const [validatePassword, message] of rules) {
    const ask = withSettings({ validatePassword });
    const answers = [
      await ask("local/register", { ...newcomer(), password: other(5) }),
      await ask("reset-password", { ...fresh, code: "reset-token" }),
      await ask("change-password", { ...fresh, currentPassword: password }, jwt),
    ];
    for (const answer of answers) expect(answer).toMatchObject(refusal(400, "ValidationError", message));
  }
});

test("validation/auth.test.js 12, 13: a reset with another confirmation or an unknown code is refused", async () => {
  const body = { code: "a".repeat(128), password: other(1), passwordConfirmation: other(1) };
  expect(await post("reset-password", { ...body, passwordConfirmation: other(2) })).toMatchObject(MATCH);
  const unknown = refusal(400, "ValidationError", "Incorrect code provided");
  expect(await post("reset-password", body)).toMatchObject(unknown);
});

test("validation/auth.test.js 14, 15, controllers/auth.test.ts 32: the mailed code sets a password, once", async () => {
  for (const password of [other(1), LONG[0] ?? ""]) {
    const { email, id } = await register();
    const code = await resetCode(email);
    expect(code).toMatch(/^[a-f0-9]{128}$/);
    const body = { code, password, passwordConfirmation: password };
    const reset = await post("reset-password", body);
    expect(reset).toMatchObject({ status: 200, body: { jwt: expect.any(String), user: { id } } });
    expect((await signIn({ email, password })).status).toBe(200);
    expect((await post("reset-password", body)).status).toBe(400);
  }
});

test("validation/auth.test.js 20: a change to a password of 72 bytes is taken", async () => {
  const { jwt, password } = await register();
  expect((await post("change-password", change(password, LONG[0] ?? ""), jwt)).status).toBe(200);
});

test("controllers/auth.test.ts 1, 19: an address signs in in any case, and answers hold no secret", async () => {
  const given = newcomer();
  const registered = await post("local/register", { ...given, email: given.email.toUpperCase() });
  expect(registered.body.user).toMatchObject({ email: given.email, provider: "local", confirmed: true });
  const { body, text } = await signIn({ ...given, email: given.email.toUpperCase() });
  expect(body).toMatchObject({ jwt: expect.any(String), user: { email: given.email } });
  expect(text).not.toMatch(/password|resetPasswordToken|confirmationToken/);
});

test("controllers/auth.test.ts 2: sign-in by password can be off", async () => {
  const { email: identifier, password } = await register();
  expect(await withSettings({ localEnabled: false })("local", { identifier, password })).toMatchObject(
    refusal(400, "ApplicationError", "This provider is disabled"),
  );
});

test("controllers/auth.test.ts 3, 4, 5: an unknown person, one without a password and a wrong password are told alike", async () => {
  const people = ["ghost@example.com", (await providerUser()).email, (await verifiedUser()).email];
  for (const email of people) expect(await signIn({ email, password: "wrong" })).toMatchObject(INVALID);
});

test("controllers/auth.test.ts 7: a blocked person is told so after the right password", async () => {
  const { email } = await disabledUser();
  expect(await signIn({ email, password: newcomer().password })).toMatchObject(
    refusal(400, "ApplicationError", "Your account has been blocked by an administrator"),
  );
});

test("controllers/auth.test.ts 15: registration can be off", async () => {
  const ask = () => withSettings({})("local/register", newcomer());
  expect(await withEnv({ AUTH_ALLOW_SIGNUP: false }, ask)).toMatchObject(
    refusal(400, "ApplicationError", "Register action is currently disabled"),
  );
});

test("controllers/auth.test.ts 17, 18: a taken username or address is told", async () => {
  const { username, email } = await register();
  const { email: elsewhere } = await providerUser();
  for (const taken of [{ username }, { email }, { email: elsewhere }])
    expect(await post("local/register", { ...newcomer(), ...taken })).toMatchObject(
      refusal(400, "ApplicationError", "Email or Username are already taken"),
    );
});

test("controllers/auth.test.ts 30, 31: forgetting a password is answered alike for unknown and blocked people, who get no mail", async () => {
  const blocked = await disabledUser();
  for (const email of ["nobody-here@example.com", blocked.email]) {
    expect(await post("forgot-password", { email })).toMatchObject({ status: 200, body: { ok: true } });
    expect(await server.mail.mails(email)).toEqual([]);
  }
});

test("auth-sessions.test.api.js 9, controllers/auth-sessions.test.ts 1, 4, 8, validation/auth.test.js 24: what refresh mode brings is not there without it", async () => {
  const { jwt } = await register();
  const asked = [
    ["GET", "sessions"],
    ["DELETE", "sessions/session-1"],
    ["POST", "logout"],
    ["POST", "refresh"],
  ] as const;
  for (const [method, path] of asked) {
    const headers = { authorization: `Bearer ${jwt}` };
    expect(await server.call(method, `/api/auth/${path}`, { headers })).toMatchObject(
      refusal(404, "NotFoundError", "Not Found"),
    );
  }
});
