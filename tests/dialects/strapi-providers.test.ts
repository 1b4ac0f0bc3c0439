import { afterEach, expect, test, vi } from "vitest";
import { strapi } from "@/lib/dialects/strapi";
import { env } from "@/lib/env";
import { askApi } from "@/tests/support/ask-api";

const SITE = "https://app.example.com";
const MICROSOFT = "https://login.microsoftonline.com";

afterEach(() => vi.unstubAllGlobals());

test("Microsoft's provider answers to Strapi's name for it, and comes back under that name", async () => {
  env().providers = { MICROSOFT_ENTRA_ID: { clientId: "an-id", clientSecret: "a-secret" } };
  vi.stubGlobal("fetch", async () =>
    Response.json({
      issuer: `${MICROSOFT}/{tenantid}/v2.0`,
      authorization_endpoint: `${MICROSOFT}/common/oauth2/v2.0/authorize`,
      token_endpoint: `${MICROSOFT}/common/oauth2/v2.0/token`,
      jwks_uri: `${MICROSOFT}/common/discovery/v2.0/keys`,
    }),
  );
  for (const name of ["microsoft", "microsoft-entra-id"]) {
    const left = new URL((await askApi(strapi, `${SITE}/api/connect/${name}`)).location ?? "");
    expect([left.origin, left.searchParams.get("client_id")]).toEqual([MICROSOFT, "an-id"]);
    expect(left.searchParams.get("redirect_uri")).toBe(`${SITE}/api/connect/${name}/callback`);
  }
  const error = { message: "This provider is disabled" };
  expect(await askApi(strapi, `${SITE}/api/connect/constructor`)).toMatchObject({ status: 400, body: { error } });
});
