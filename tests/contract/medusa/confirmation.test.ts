import { randomUUID } from "node:crypto";
import { decodeJwt } from "jose";
import { expect, inject, test } from "vitest";
import { connectFakeResend } from "@/tests/support/fake-resend";
import { other, PASSWORD } from "@/tests/support/people";
import { sdkOf } from "./sdk";

// These tests run on the default, by which people must prove their mailbox before they can sign in.

const { url, resendUrl } = inject("server");
const mail = connectFakeResend(resendUrl);
const newEmail = () => `${randomUUID().slice(0, 8)}@example.com`;
const newSdk = () => sdkOf(url);

test("register, become a customer, prove the mailbox, sign in", async () => {
  const [sdk, credentials] = [newSdk(), { email: newEmail(), password: PASSWORD }];
  const registered = decodeJwt(await sdk.auth.register("customer", "emailpass", credentials));
  expect(registered).toMatchObject({ actor_id: "", actor_type: "customer", auth_provider: "emailpass" });
  const { customer } = await sdk.store.customer.create({ email: credentials.email, first_name: "Alice" });
  expect(customer).toMatchObject({ email: credentials.email, first_name: "Alice", has_account: true });
  await expect(sdk.store.customer.retrieve()).rejects.toMatchObject({ status: 401 });

  const answer = await sdk.auth.login("customer", "emailpass", credentials);
  expect(answer).toMatchObject({ verification_required: true, verification: { entity_id: credentials.email } });
  const { token } = answer as { token: string };
  expect(decodeJwt(token).actor_id).toBe("");
  await expect(sdk.store.customer.retrieve()).rejects.toMatchObject({ status: 401 });

  const { code } = await mail.waitForMail(credentials.email, { subject: /confirm/i });
  await expect(sdk.auth.verification.confirm({ code: "000000" === code ? "000001" : "000000" })).rejects.toMatchObject({
    status: 400,
  });
  const confirmed = await sdk.auth.verification.confirm({ code: code ?? "" });
  expect(confirmed).toMatchObject({ entity_id: credentials.email, verified_at: expect.any(String) });
  const claims = decodeJwt(String(await sdk.auth.login("customer", "emailpass", credentials)));
  expect(claims).toMatchObject({ actor_id: customer.id, auth_identity_id: registered.auth_identity_id });
  expect((await sdk.store.customer.retrieve()).customer.id).toBe(customer.id);
  await expect(newSdk().auth.register("customer", "emailpass", credentials)).rejects.toMatchObject({
    status: 401,
    message: "Identity with email already exists",
  });
});

test("a wrong password learns nothing of a registration", async () => {
  const email = newEmail();
  await newSdk().auth.register("customer", "emailpass", { email, password: PASSWORD });
  await expect(newSdk().auth.login("customer", "emailpass", { email, password: other() })).rejects.toMatchObject({
    status: 401,
    message: "Invalid email or password",
  });
});
