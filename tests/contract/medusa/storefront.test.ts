import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiServer, SHOP, startApiServer } from "@/tests/support/api-server";
import { other, PASSWORD } from "@/tests/support/people";
import { pressConfirm } from "@/tests/support/press-button";
import { sdkOf } from "./sdk";

// The unmodified client on a storefront's pages, to which the mails lead.

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer({ MEDUSA_STOREFRONT_URL: `customer=${SHOP}` });
});
afterAll(async () => void (await server?.stop()));

const newSdk = () => sdkOf(server.url);

test("a mailbox is proved, and a password replaced, by the storefront's own pages", async () => {
  const credentials = { email: `${randomUUID().slice(0, 8)}@example.com`, password: PASSWORD };
  const { email } = credentials;
  await newSdk().auth.register("customer", "emailpass", credentials);
  const mail = await server.mail.waitForMail(email, { subject: /confirm/i });
  const link = mail.links.find((each) => each.includes("token=")) ?? "";
  expect(await pressConfirm(link, other())).toBe("");
  const pressed = await pressConfirm(link, PASSWORD);
  const page = new URL((await fetch(pressed, { redirect: "manual" })).headers.get("location") ?? "");
  expect(page.origin + page.pathname).toBe(`${SHOP}/verify-email`);

  // The storefront's page, in a browser that did not register.
  const { code = "" } = Object.fromEntries(page.searchParams);
  expect(await newSdk().auth.verification.confirm({ code })).toMatchObject({ entity_id: email, entity_type: "email" });
  expect(typeof (await newSdk().auth.login("customer", "emailpass", credentials))).toBe("string");

  await newSdk().auth.resetPassword("customer", "emailpass", { identifier: email });
  const { links } = await server.mail.waitForMail(email, { subject: /reset/i });
  const reset = new URL(links.find((each) => each.includes("token=")) ?? "");
  expect(reset.origin + reset.pathname).toBe(`${SHOP}/reset-password`);
  const { token = "", email: told } = Object.fromEntries(reset.searchParams);
  expect(told).toBe(email);
  await newSdk().auth.updateProvider("customer", "emailpass", { password: other() }, token);
  expect(typeof (await newSdk().auth.login("customer", "emailpass", { email, password: other() }))).toBe("string");
});
