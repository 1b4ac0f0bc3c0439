import { afterAll, beforeAll, expect, test } from "vitest";
import { newEmail, startMedusaServer } from "./medusa-server";

// Cases of Medusa's own suite, by file and number. lib/dialects/medusa/UPSTREAM.md lists them all.
let medusa: Awaited<ReturnType<typeof startMedusaServer>>;
beforeAll(async () => {
  medusa = await startMedusaServer({ MEDUSA_PUBLISHABLE_KEYS: KEY });
});
afterAll(() => medusa?.server.stop());

const KEY = "pk_shop";
const NAMES = { first_name: "John", last_name: "Doe" };

const becomeCustomer = (body: object, token?: string, key: string | null = KEY) =>
  medusa.call("POST", "/store/customers", {
    body,
    token,
    headers: key === null ? {} : { "x-publishable-api-key": key },
  });

test("customer 1: a customer needs an identity", async () => {
  expect((await becomeCustomer({ email: newEmail(), ...NAMES })).status).toBe(401);
});

test("customer 2: an identity becomes a customer, with what the client says of them", async () => {
  const { email, answer, token } = await medusa.register(newEmail(), "customer");
  expect([answer.status, answer.body]).toEqual([200, { token: expect.any(String) }]);
  const metadata = { loyalty_level: "gold", preferences: { newsletter: true } };
  const { status, body } = await becomeCustomer({ email, ...NAMES, metadata }, token);
  expect(status).toBe(200);
  expect(body).toEqual({ customer: expect.objectContaining({ email, ...NAMES, has_account: true, metadata }) });
});

test("customer 4: a customer does not become one again", async () => {
  const { email, token } = await medusa.register(newEmail(), "customer");
  expect((await becomeCustomer({ email, ...NAMES }, token)).status).toBe(200);
  const again = String((await medusa.login(email, undefined, "customer")).body.token);
  expect(await becomeCustomer({ email, first_name: "Jane" }, again)).toMatchObject({
    status: 400,
    body: { message: "Request already authenticated as a customer." },
  });
});

test.each([
  ["customer 5", null, /key required in the request header: x-publishable-api-key/],
  ["customer 6", "test1, test2", /^A valid publishable key is required/],
])("%s: a storefront needs one of the publishable keys", async (_, key, message) => {
  const { email, token } = await medusa.register(newEmail(), "customer");
  const refused = await becomeCustomer({ email, ...NAMES }, token, key);
  expect(refused).toMatchObject({
    status: 400,
    body: { type: "not_allowed", message: expect.stringMatching(message) },
  });
  expect((await becomeCustomer({ email, ...NAMES }, token)).status).toBe(200);
});
