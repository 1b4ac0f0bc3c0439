import { decodeJwt } from "jose";
import { expect, test, vi } from "vitest";
import { supabase } from "@/lib/dialects/supabase";
import { BLANK, COLUMNS, FIRST, SECOND, storedFields } from "@/tests/support/fields";
import { newestMail } from "@/tests/support/outbox";
import { PASSWORD, verifiedUser, withEnv } from "@/tests/support/people";

vi.mock("@/lib/auth/model/profile-fields", () => import("@/tests/support/fields-everywhere"));

const newEmail = () => `${crypto.randomUUID()}@example.com`;

async function call(method: "GET" | "POST" | "PUT", path: string, body?: object, token = "") {
  const headers = { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) };
  const request = new Request(`https://app.example.com/auth/v1/${path}`, {
    method,
    headers,
    body: JSON.stringify(body),
  });
  const answer = await supabase[method](request);
  return { status: answer.status, body: JSON.parse(await answer.text()) };
}

const signIn = async (email: string) =>
  (await call("POST", "token?grant_type=password", { email, password: PASSWORD })).body;

test("a sign-up's data brings a person's fields to the row, and every answer tells them", async () => {
  const email = newEmail();
  const pending = await call("POST", "signup", { email, password: PASSWORD, data: { ...FIRST, theme: "dark" } });
  expect(pending).toMatchObject({ status: 200, body: { user_metadata: { ...FIRST, theme: "dark" } } });
  const { code: token } = await newestMail(email);
  const proved = await call("POST", "verify", { type: "signup", email, token });
  expect(proved.body.user.user_metadata).toMatchObject({ ...FIRST, theme: "dark" });
  expect(decodeJwt(proved.body.access_token).user_metadata).toMatchObject(FIRST);
  expect(await storedFields(email)).toEqual(FIRST);
});

test("a sign-up at once and one by a mailed code bring them too", async () => {
  const [atOnce, byCode] = [newEmail(), newEmail()];
  await withEnv({ AUTH_REQUIRE_EMAIL_VERIFICATION: false }, () =>
    call("POST", "signup", { email: atOnce, password: PASSWORD, data: FIRST }),
  );
  expect(await storedFields(atOnce)).toEqual(FIRST);
  await call("POST", "otp", { email: byCode, data: FIRST });
  await call("POST", "verify", { type: "email", email: byCode, token: (await newestMail(byCode)).code });
  expect(await storedFields(byCode)).toEqual(FIRST);
});

test("a sign-up without what is required is refused in words that name it; a mailed code asks for none", async () => {
  for (const data of [undefined, {}, BLANK]) {
    const refused = await call("POST", "signup", { email: newEmail(), password: PASSWORD, data });
    expect(refused).toMatchObject({ status: 400, body: { msg: expect.stringMatching(`^${COLUMNS[0]}: Enter your `) } });
  }
  expect(await call("POST", "otp", { email: newEmail() })).toMatchObject({ status: 200 });
  const refused = await call("POST", "otp", { email: newEmail(), data: { [COLUMNS[0] ?? ""]: 5 } });
  expect(refused).toMatchObject({ status: 400, body: { msg: expect.stringMatching(`^${COLUMNS[0]}: `) } });
});

test("an update changes what it names, and refuses what a field does not allow with nothing changed", async () => {
  const { email } = await verifiedUser(FIRST);
  const { access_token: token } = await signIn(email);
  for (const [column, value] of Object.entries(SECOND)) {
    const { body } = await call("PUT", "user", { data: { [column]: value, theme: "dark" } }, token);
    expect(body.user_metadata).toMatchObject({ [column]: value, theme: "dark" });
  }
  expect(await storedFields(email)).toEqual(SECOND);
  for (const wrong of [null, " ", 5, ["x"]]) {
    const refused = await call("PUT", "user", { data: { theme: "light", [COLUMNS[0] ?? ""]: wrong } }, token);
    expect(refused).toMatchObject({ status: 400, body: { msg: expect.stringMatching(`^${COLUMNS[0]}: `) } });
  }
  const { body } = await call("GET", "user", undefined, token);
  expect(body.user_metadata).toMatchObject({ ...SECOND, theme: "dark" });
});

test("full_name is the name, as Supabase's clients write it", () =>
  withEnv({ AUTH_REQUIRE_EMAIL_VERIFICATION: false }, async () => {
    const email = newEmail();
    const { name: _, ...others } = FIRST;
    await call("POST", "signup", { email, password: PASSWORD, data: { ...others, full_name: "Alice Doe" } });
    expect((await storedFields(email)).name).toBe("Alice Doe");
    const { access_token: token, user } = await signIn(email);
    expect(user.user_metadata).toMatchObject({ name: "Alice Doe", full_name: "Alice Doe" });
    const { body } = await call("PUT", "user", { data: { full_name: "Alice Roe" } }, token);
    expect(body.user_metadata).toMatchObject({ name: "Alice Roe", full_name: "Alice Roe" });
  }));
