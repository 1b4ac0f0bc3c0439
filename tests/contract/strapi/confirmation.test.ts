import { randomUUID } from "node:crypto";
import axios, { type AxiosError } from "axios";
import Strapi from "strapi-sdk-js";
import { expect, inject, test } from "vitest";
import { db } from "@/lib/db";
import { connectFakeResend } from "@/tests/support/fake-resend";
import { newIp } from "@/tests/support/http-client";
import { other, PASSWORD, unverifiedUser, verifiedUser } from "@/tests/support/people";
import { pressConfirm } from "@/tests/support/press-button";

const { url, resendUrl } = inject("server");
const mail = connectFakeResend(resendUrl);
const api = `${url}/api/auth`;

const somebody = () => {
  const username = `user-${randomUUID().slice(0, 8)}`;
  return { username, email: `${username}@example.com`, password: PASSWORD };
};
const sdk = () => new Strapi({ url, axiosOptions: { headers: { "x-forwarded-for": newIp() } } });
const get = (link: string) => fetch(link, { redirect: "manual", headers: { "x-forwarded-for": newIp() } });
/** Opens the mailed link, and presses the button of its page. */
async function open(link: string, password = PASSWORD): Promise<Response> {
  const page = (await get(link)).headers.get("location");
  return get(await pressConfirm(page, password));
}

async function mailedLink(email: string, after = 0): Promise<string> {
  const { links } = await mail.waitForMail(email, { after });
  return links.find((link) => link.includes("confirmation=")) ?? "";
}

test("a registration answers the user without a token, and its mailed link confirms it", async () => {
  const given = somebody();
  const { jwt, user } = await sdk().register(given);
  expect(jwt).toBeUndefined();
  expect(user).toMatchObject({
    id: expect.any(Number),
    email: given.email,
    username: given.username,
    confirmed: false,
  });
  const { username: identifier, email, password } = given;
  await expect(sdk().login({ identifier: email, password })).rejects.toMatchObject({
    error: { status: 400, name: "ApplicationError", message: "Your account email is not confirmed" },
  });
  const link = await mailedLink(email);
  expect(link).toMatch(new RegExp(`^${url}/api/auth/email-confirmation\\?confirmation=`));
  const confirmed = await open(link);
  expect(confirmed.status).toBe(302);
  expect(confirmed.headers.get("location")).toBe("/");
  expect(confirmed.headers.getSetCookie()).toEqual([]);
  expect((await get(link)).status).toBe(400);
  expect((await sdk().login({ identifier, password })).user).toMatchObject({ id: user.id, confirmed: true });
});

test("a newer link replaces the one before", async () => {
  const given = somebody();
  await sdk().register(given);
  const stale = await mailedLink(given.email);
  await db.rateLimit.deleteMany({ where: { key: { startsWith: "mail:" } } });
  const after = Date.now();
  await sdk().sendEmailConfirmation({ email: given.email });
  const fresh = await mailedLink(given.email, after);
  const refused = await get(stale);
  expect(refused.status).toBe(400);
  expect((await refused.json()).error).toMatchObject({ name: "ValidationError", message: "Invalid token" });
  expect((await open(fresh)).status).toBe(302);
});

test("a stranger's registration is confirmed neither by opening its link nor by its victim's button", async () => {
  const given = somebody();
  await sdk().register(given);
  const link = await mailedLink(given.email);
  for (let n = 0; n < 3; n++) expect((await get(link)).headers.get("location")).toMatch(/\/verify-email\?/);
  expect(await pressConfirm((await get(link)).headers.get("location"), other())).toBe("");
  expect(await db.user.count({ where: { email: given.email } })).toBe(0);
  expect((await open(link)).status).toBe(302);
});

test("asking for another link tells what the contract tells", async () => {
  const given = somebody();
  await sdk().register(given);
  const ask = async (email: string) => {
    const headers = { "x-forwarded-for": newIp() };
    const answer = await axios
      .post(`${api}/send-email-confirmation`, { email }, { headers })
      .catch((error: AxiosError) => error.response);
    return answer?.data;
  };
  for (const email of [given.email, "ghost@example.com"]) expect(await ask(email)).toEqual({ email, sent: true });
  const [alice, blocked] = [await verifiedUser(), await unverifiedUser({ disabledAt: new Date() })];
  expect(await ask(alice.email)).toMatchObject({ error: { name: "ApplicationError", message: "Already confirmed" } });
  expect(await ask(blocked.email)).toMatchObject({ error: { name: "ApplicationError", message: "User blocked" } });
});
