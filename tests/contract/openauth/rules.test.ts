import { afterAll, beforeAll, expect, test } from "vitest";
import { expectNoFailure } from "@/tests/support/api-rules";
import { type ApiServer, SHOP_CALLBACK, startApiServer } from "@/tests/support/api-server";
import { twoStepUser } from "@/tests/support/factors";
import { PASSWORD, verifiedUser } from "@/tests/support/people";
import { browser } from "./visit";

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server?.stop());

const PKCE = { code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" };
const APP = { client_id: "web", redirect_uri: SHOP_CALLBACK, response_type: "code", ...PKCE };

/** The cookies of a browser that an app sent here, after these steps. */
async function cookieAfter(...steps: [path: string, fields?: Record<string, string>][]) {
  const jar = new Map<string, string>();
  const visit = browser((path, init) => fetch(server.url + path, init), jar);
  await visit(`/openauth/authorize?${new URLSearchParams(APP)}`);
  for (const [path, fields] of steps) await visit(path, fields);
  return { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") };
}

test("nothing that is sent to routes or screens, at any step of a flow, makes the server fail or talk", async () => {
  const { email } = await verifiedUser();
  const { user: twoStep } = await twoStepUser();
  const typed = { email: "new@example.com", password: PASSWORD, repeat: PASSWORD };
  const browsers = [
    await cookieAfter(),
    await cookieAfter(["/password/register"], ["/password/register", { ...typed, action: "register" }]),
    await cookieAfter(["/password/change"], ["/password/change", { action: "code", email }]),
    await cookieAfter(["/password/authorize", { email: twoStep.email, password: PASSWORD }]),
  ];
  await expectNoFailure({
    server,
    paths: [
      ...["/openauth/token", "/openauth/authorize", "/openauth/userinfo", "/openauth/password/authorize"],
      ...["authorize", "register", "change", "factor"].map((step) => `/password/${step}`),
    ],
    fields: [
      ...["action", "email", "password", "repeat", "code", "remember", "with", "to"],
      ...["grant_type", "client_id", "redirect_uri", "code_verifier", "refresh_token"],
      ...["response_type", "state", "provider", "audience", "code_challenge", "code_challenge_method"],
    ],
    known: [
      ...["register", "verify", "code", "update", "authorization_code", "refresh_token", "S256", "web", "password"],
      ...[SHOP_CALLBACK, email, PASSWORD, PKCE.code_challenge, "web:a.b:c"],
    ],
    usual: "form",
    headers: [{}, { authorization: "Bearer x.y.z" }, ...browsers],
    oddPaths: [
      "/openauth/%2e%2e/x",
      "/openauth/__proto__/authorize",
      "/password/%00",
      `/openauth/${"a".repeat(9_000)}`,
    ],
  });
  const signedIn = await browser((path, init) => fetch(server.url + path, init))("/password/authorize", {
    email,
    password: PASSWORD,
  });
  expect(signedIn.location).toBe("/dashboard");
});
