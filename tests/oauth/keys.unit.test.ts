import { describe, expect, test } from "vitest";
import { EnvError, parseEnv } from "@/lib/env";

const parse = (settings: Record<string, string>) =>
  parseEnv({ AUTH_SECRET: "a-secret-for-tests-only-0123456789-abcdefghij", ...settings });

describe("the keys of a third-party provider", () => {
  test("switch it on, dashes in its id written as underscores", () => {
    const { providers } = parse({ AUTH_MICROSOFT_ENTRA_ID_ID: "id", AUTH_MICROSOFT_ENTRA_ID_SECRET: "secret" });
    expect(providers).toEqual({ MICROSOFT_ENTRA_ID: { clientId: "id", clientSecret: "secret" } });
  });

  test("left empty leave it off", () => {
    expect(parse({ AUTH_GOOGLE_ID: "", AUTH_GOOGLE_SECRET: "" }).providers).toEqual({});
  });

  test.each([
    ["AUTH_GOOGLE_SECRET", { AUTH_GOOGLE_ID: "id" }],
    ["AUTH_OIDC_ISSUER", { AUTH_OIDC_ID: "id", AUTH_OIDC_SECRET: "secret" }],
    ["AUTH_KEYCLOAK_ISSUER", { AUTH_KEYCLOAK_ID: "id", AUTH_KEYCLOAK_SECRET: "secret" }],
    ["AUTH_OIDC_ISSUER", { AUTH_OIDC_ID: "id", AUTH_OIDC_SECRET: "secret", AUTH_OIDC_ISSUER: "id.example.com" }],
  ])("are refused with a line that names %s, and no value", (name, settings: Record<string, string>) => {
    expect(() => parse(settings)).toThrow(EnvError);
    expect(() => parse(settings)).toThrow(new RegExp(`^${name} `));
  });
});
