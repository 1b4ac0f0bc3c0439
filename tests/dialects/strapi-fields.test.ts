import { expect, test, vi } from "vitest";
import { db } from "@/lib/db";
import { strapiApi } from "@/lib/dialects/strapi";
import { SETTINGS } from "@/lib/dialects/strapi/settings";
import { askApi } from "@/tests/support/ask-api";
import { BLANK, COLUMNS, FIRST, storedFields } from "@/tests/support/fields";
import { newestMail } from "@/tests/support/outbox";
import { PASSWORD, verifiedUser, withEnv } from "@/tests/support/people";
import { pressedAt } from "@/tests/support/press-button";

vi.mock("@/lib/auth/model/profile-fields", () => import("@/tests/support/fields-everywhere"));

const SITE = "https://app.example.com";
// A field of the person wins over an entry of `allowedFields` with the same name.
const api = strapiApi({ ...SETTINGS, callsPerMinute: 1_000, allowedFields: [...COLUMNS, "plan"] });
const register = (body: object) => askApi(api, `${SITE}/api/auth/local/register`, { body });
const person = () => {
  const username = crypto.randomUUID();
  return { username, email: `${username}@example.com`, password: PASSWORD };
};

test("a registration brings a person's fields to the row, as attributes of the user", async () => {
  const alice = person();
  const pending = await register({ ...alice, ...FIRST, plan: "free" });
  expect(pending).toMatchObject({ status: 200, body: { user: { ...FIRST, plan: "free", email: alice.email } } });
  const opened = await askApi(api, (await newestMail(alice.email)).url ?? "");
  await askApi(api, pressedAt(opened.location));
  expect(await storedFields(alice.email)).toEqual(FIRST);
  const stored = await db.user.findUniqueOrThrow({ where: { email: alice.email } });
  expect(stored).toMatchObject({ emailVerified: expect.any(Date), userMetadata: { plan: "free" } });

  const bob = person();
  const at = await withEnv({ AUTH_REQUIRE_EMAIL_VERIFICATION: false }, () => register({ ...bob, ...FIRST }));
  expect(at.body).toMatchObject({ jwt: expect.any(String), user: FIRST });
  expect(await storedFields(bob.email)).toEqual(FIRST);
});

test("one without what is required is refused in words that name it", async () => {
  for (const given of [{}, BLANK, { ...FIRST, [COLUMNS[0] ?? ""]: 5 }]) {
    const error = { name: "ValidationError", message: expect.stringMatching(`^${COLUMNS[0]}: `) };
    expect(await register({ ...person(), ...given })).toMatchObject({ status: 400, body: { error } });
  }
});

test("the signed-in person's attributes are told, and can be picked", async () => {
  const { email } = await verifiedUser(FIRST);
  const signedIn = await askApi(api, `${SITE}/api/auth/local`, { body: { identifier: email, password: PASSWORD } });
  expect(signedIn.body.user).toMatchObject(FIRST);
  const { jwt: token } = signedIn.body;
  expect((await askApi(api, `${SITE}/api/users/me`, { token })).body).toMatchObject({ ...FIRST, email });
  const picked = await askApi(api, `${SITE}/api/users/me?fields=${COLUMNS.join(",")}`, { token });
  expect(picked.body).toEqual({ ...FIRST, id: expect.any(Number), documentId: expect.any(String) });
});
