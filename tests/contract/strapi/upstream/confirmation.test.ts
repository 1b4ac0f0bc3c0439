import { expect, inject, test } from "vitest";
import { db } from "@/lib/db";
import { strapiApi } from "@/lib/dialects/strapi";
import { SETTINGS } from "@/lib/dialects/strapi/settings";
import { askApi } from "@/tests/support/ask-api";
import { connectFakeResend } from "@/tests/support/fake-resend";
import { HttpClient } from "@/tests/support/http-client";
import { unverifiedUser, verifiedUser } from "@/tests/support/people";
import { newcomer, refusal } from "./person";

// These tests use the shared server of the contract tests, which asks for a proof of the mailbox by default.

const { url, resendUrl } = inject("server");
const mail = connectFakeResend(resendUrl);
const post = (path: string, body: object) => new HttpClient(url).call("POST", `/api/auth/${path}`, { body });
const redirected = (confirmationRedirect: string) =>
  strapiApi({ ...SETTINGS, openingConfirms: true, confirmationRedirect });
const CONFIRMED = "https://shop.example.com/confirmed";

async function registered() {
  const given = newcomer();
  const { status, body } = await post("local/register", given);
  expect(status).toBe(200);
  return { ...given, body };
}

async function mailedLink(email: string, after = 0): Promise<string> {
  const { links } = await mail.waitForMail(email, { after });
  return links.find((link) => link.includes("confirmation=")) ?? "";
}

test("email-confirmation.test.api.js 1, 2, controllers/auth.test.ts 22: a registration is answered with a person to be confirmed, by number, and no token", async () => {
  const { email, body } = await registered();
  expect(body).toEqual({ user: expect.objectContaining({ id: expect.any(Number), email, confirmed: false }) });
  expect(await mailedLink(email)).toMatch(/confirmation=.{20}/);
});

test("controllers/auth.test.ts 6: before that the right password is told so", async () => {
  const { email: identifier, password } = await registered();
  expect(await post("local", { identifier, password })).toMatchObject(
    refusal(400, "ApplicationError", "Your account email is not confirmed"),
  );
});

test("email-confirmation.test.api.js 4, controllers/auth.test.ts 35, 36: the mailed link confirms and leads to where the setting says, once", async () => {
  for (const page of [CONFIRMED, "/"]) {
    const { email: identifier, password, body } = await registered();
    const link = await mailedLink(identifier);
    expect(await askApi(redirected(page), link)).toMatchObject({ status: 302, location: page });
    expect((await askApi(redirected(page), link)).status).toBe(400);
    const { user } = body as unknown as { user: { id: number } };
    const signedIn = await post("local", { identifier, password });
    expect(signedIn.body).toMatchObject({ jwt: expect.any(String), user: { id: user.id, confirmed: true } });
  }
});

test("email-confirmation.test.api.js 6, controllers/auth.test.ts 33: an unknown token is refused", async () => {
  const answer = await new HttpClient(url).call("GET", "/api/auth/email-confirmation?confirmation=not-a-real-token");
  expect(answer).toMatchObject(refusal(400, "ValidationError", "Invalid token"));
});

test("email-confirmation.test.api.js 7, controllers/auth.test.ts 40: asking for another link ends the first", async () => {
  const { email } = await registered();
  const stale = await mailedLink(email);
  await db.rateLimit.deleteMany({ where: { key: { startsWith: "mail:" } } });
  const after = Date.now();
  const again = await post("send-email-confirmation", { email });
  expect(again).toMatchObject({ status: 200, body: { email, sent: true } });
  const fresh = await mailedLink(email, after);
  expect(fresh).not.toBe(stale);
  const api = redirected(CONFIRMED);
  expect(await askApi(api, stale)).toMatchObject(refusal(400, "ValidationError", "Invalid token"));
  expect((await askApi(api, fresh)).status).toBe(302);
});

test("controllers/auth.test.ts 37, 38, 39: another link for an unknown address is said to be sent; confirmed and blocked people are told", async () => {
  const email = "unknown@example.com";
  expect(await post("send-email-confirmation", { email })).toMatchObject({ status: 200, body: { email, sent: true } });
  const told = [
    [await verifiedUser(), "Already confirmed"],
    [await unverifiedUser({ disabledAt: new Date() }), "User blocked"],
  ] as const;
  for (const [user, message] of told)
    expect(await post("send-email-confirmation", { email: user.email })).toMatchObject(
      refusal(400, "ApplicationError", message),
    );
});
