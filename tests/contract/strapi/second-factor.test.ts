import { strapi as strapiClient } from "@strapi/client";
import Strapi from "strapi-sdk-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { db } from "@/lib/db";
import { type ApiServer, startApiServer } from "@/tests/support/api-server";
import { twoStepUser } from "@/tests/support/factors";
import { FaultProvider } from "@/tests/support/fault-provider";
import { cookiesOf, newIp } from "@/tests/support/http-client";
import { other, PASSWORD } from "@/tests/support/people";

/** The client's types know only the providers that Strapi ships. */
const OIDC = "oidc" as "google";

let server: ApiServer;
let provider: FaultProvider;

beforeAll(async () => {
  provider = await new FaultProvider().open();
  server = await startApiServer({
    ...provider.settings,
  });
});
afterAll(async () => {
  await server?.stop();
  await provider?.close();
});

const newSdk = () => new Strapi({ url: server.url, axiosOptions: { headers: { "x-forwarded-for": newIp() } } });
const elsewhere = () => `This account signs in with a second step. Sign in at ${server.url}/login instead.`;
const refusal = (message = elsewhere()) => ({ data: null, error: { status: 400, name: "ApplicationError", message } });
const sessionsOf = (userId: string) => db.session.count({ where: { userId } });

test("a two-step user's login is refused with the page where it works, and leaves no session", async () => {
  const { user } = await twoStepUser();
  const sdk = newSdk();
  await expect(sdk.login({ identifier: user.email, password: PASSWORD })).rejects.toMatchObject(refusal());
  expect(sdk.getToken()).toBeFalsy();
  const api = strapiClient({ baseURL: `${server.url}/api` });
  const answer = await api
    .fetch("/auth/local", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ identifier: user.email, password: PASSWORD }),
    })
    .catch((error) => error.response);
  expect([answer.status, await answer.json()]).toEqual([
    400,
    { ...refusal(), error: { ...refusal().error, details: {} } },
  ]);
  expect(await sessionsOf(user.id)).toBe(0);
  await expect(sdk.login({ identifier: user.email, password: other() })).rejects.toMatchObject({
    error: { name: "ValidationError", message: "Invalid identifier or password" },
  });
});

// pallets-eco/flask-security#258, LemmyNet/lemmy#3714: a reset signed people in without their factor.
test("a two-step user's reset sets the password, and signs nobody in", async () => {
  const { user } = await twoStepUser();
  const sdk = newSdk();
  await sdk.forgotPassword({ email: user.email });
  const mail = await server.mail.waitForMail(user.email, { subject: /reset/i });
  const code = new URL(mail.links.find((link) => link.includes("code=")) ?? "").searchParams.get("code") ?? "";
  const reset = sdk.resetPassword({ code, password: other(), passwordConfirmation: other() });
  await expect(reset).rejects.toMatchObject(refusal(`Your new password is set. ${elsewhere()}`));
  expect(sdk.getToken()).toBeFalsy();
  expect(await sessionsOf(user.id)).toBe(0);
  await expect(sdk.login({ identifier: user.email, password: other() })).rejects.toMatchObject(refusal());
});

test("a two-step user's third party does not sign in either", async () => {
  const { user } = await twoStepUser();
  const account = { type: "oidc", provider: "oidc", providerAccountId: crypto.randomUUID() };
  await db.account.create({ data: { ...account, userId: user.id } });
  provider.behave({ sub: account.providerAccountId, email: user.email, email_verified: true });
  const left = await server.call("GET", "/api/connect/oidc");
  const answer = new URLSearchParams(provider.agree(left.location ?? ""));
  const headers = { cookie: cookiesOf(left) };
  const back = await server.call("GET", `/api/connect/oidc/callback?${answer}`, { headers });
  const handle = new URL(back.location ?? "").searchParams.get("access_token") ?? "";
  const sdk = newSdk();
  await expect(sdk.authenticateProvider(OIDC, handle)).rejects.toMatchObject(refusal());
  expect(sdk.getToken()).toBeFalsy();
  expect(await sessionsOf(user.id)).toBe(0);
});
