import { expect, test, vi } from "vitest";
import { medusa } from "@/lib/dialects/medusa";
import { askApi } from "@/tests/support/ask-api";
import { BLANK, COLUMNS, FIRST, SECOND, storedFields } from "@/tests/support/fields";
import { newestMail } from "@/tests/support/outbox";
import { PASSWORD, verifiedUser } from "@/tests/support/people";

vi.mock("@/lib/auth/model/profile-fields", () => import("@/tests/support/fields-everywhere"));

const SITE = "https://app.example.com";
const ask = (path: string, sent: Parameters<typeof askApi>[2]) => askApi(medusa, SITE + path, sent);
const signIn = async (email: string) => {
  const { body } = await ask("/auth/customer/emailpass", { body: { email, password: PASSWORD } });
  return String(body.token);
};

test("a new customer's metadata brings a person's fields to the row, once the mailbox is proved", async () => {
  const email = `${crypto.randomUUID()}@example.com`;
  const { body } = await ask("/auth/customer/emailpass/register", { body: { email, password: PASSWORD } });
  const customer = { email, metadata: { ...FIRST, plan: "free" } };
  const pending = await ask("/store/customers", { token: body.token, body: customer });
  expect(pending).toMatchObject({ status: 200, body: { customer: { email, metadata: { ...FIRST, plan: "free" } } } });
  const { token: code } = await newestMail(email);
  await ask("/auth/verification/confirm", { token: body.token, body: { code } });
  expect(await storedFields(email)).toEqual(FIRST);
  const me = await ask("/store/customers/me", { token: await signIn(email) });
  expect(me.body.customer.metadata).toEqual({ ...FIRST, plan: "free" });
});

test("a person becomes a customer with the fields that they have, and changes them as one", async () => {
  const { email } = await verifiedUser(FIRST);
  const created = await ask("/store/customers", { token: await signIn(email), body: { first_name: "Alice" } });
  expect(created.body.customer).toMatchObject({ first_name: "Alice", metadata: FIRST });
  const token = await signIn(email);
  for (const [column, value] of Object.entries(SECOND)) {
    const { body } = await ask("/store/customers/me", { token, body: { metadata: { [column]: value, plan: "pro" } } });
    expect(body.customer.metadata).toMatchObject({ [column]: value, plan: "pro" });
  }
  expect(await storedFields(email)).toEqual(SECOND);
  for (const metadata of [BLANK, { ...SECOND, [COLUMNS[0] ?? ""]: 5 }]) {
    const refused = await ask("/store/customers/me", { token, body: { metadata } });
    expect(refused).toMatchObject({ status: 400, body: { message: expect.stringMatching(`^${COLUMNS[0]}: `) } });
  }
  expect(await storedFields(email)).toEqual(SECOND);
});
