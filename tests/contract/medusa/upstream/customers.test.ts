import { afterAll, beforeAll, expect, test } from "vitest";
import { newEmail, startMedusaServer } from "./medusa-server";

// Cases of Medusa's own suite, by file and number: lib/dialects/medusa/UPSTREAM.md lists them all.
let medusa: Awaited<ReturnType<typeof startMedusaServer>>;
beforeAll(async () => {
  medusa = await startMedusaServer();
});
afterAll(() => medusa?.server.stop());

const NAMES = { first_name: "John", last_name: "Doe" };

test("customer 1: a customer needs an identity", async () => {
  expect((await medusa.post("/store/customers", { email: newEmail(), ...NAMES })).status).toBe(401);
});

test("customer 2: an identity becomes a customer, with what the client says of them", async () => {
  const { email, answer, token } = await medusa.register(newEmail(), "customer");
  expect([answer.status, answer.body]).toEqual([200, { token: expect.any(String) }]);
  const metadata = { loyalty_level: "gold", preferences: { newsletter: true } };
  const { status, body } = await medusa.post("/store/customers", { email, ...NAMES, metadata }, token);
  expect(status).toBe(200);
  expect(body).toEqual({ customer: expect.objectContaining({ email, ...NAMES, has_account: true, metadata }) });
});

test("customer 4: a customer does not become one again", async () => {
  const { email, token } = await medusa.register(newEmail(), "customer");
  expect((await medusa.post("/store/customers", { email, ...NAMES }, token)).status).toBe(200);
  const again = String((await medusa.login(email, undefined, "customer")).body.token);
  expect(await medusa.post("/store/customers", { email, first_name: "Jane" }, again)).toMatchObject({
    status: 400,
    body: { message: "Request already authenticated as a customer." },
  });
});
