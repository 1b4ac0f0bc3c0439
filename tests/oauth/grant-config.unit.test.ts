import { expect, test } from "vitest";
import { readGrantConfig } from "@/lib/oauth/grant-config";
import type { GrantConfig } from "@/lib/oauth/provider";

const GIVEN: GrantConfig = {
  key: "a-key",
  secret: "a-secret",
  authorize_url: "https://[subdomain].example.com/authorize",
  access_url: "https://[subdomain].example.com/token",
  subdomain: "shop",
  scope: ["openid", "email"],
};
const read = (more: object = {}) => readGrantConfig("own", { ...GIVEN, ...more });

test("a description is read as grant reads it", () => {
  expect(read({ oauth: 2, callback: "https://shop.example.com", custom_params: { access_type: "offline" } })).toEqual({
    ...{ key: "a-key", secret: "a-secret", authMethod: "client_secret_post", pkce: true },
    ...{ authorizeUrl: "https://shop.example.com/authorize", accessUrl: "https://shop.example.com/token" },
    parameters: { access_type: "offline", scope: "openid,email" },
  });
  expect(read({ scope_delimiter: " " }).parameters.scope).toBe("openid email");
  expect(read({ scope: "identify email" }).parameters.scope).toBe("identify email");
  expect(read({ pkce: false }).pkce).toBe(false);
  const { key: _, secret: __, ...unnamed } = GIVEN;
  const named = { ...unnamed, client_id: "its-id", client_secret: "its-secret" };
  expect(readGrantConfig("own", named)).toMatchObject({ key: "its-id", secret: "its-secret" });
});

test.each([
  ["oauth", 1],
  ["request_url", "https://example.com/request"],
  ["dynamic", true],
  ["dynamic", ["scope"]],
  ["nonce", true],
  ["state", false],
  ["response", ["tokens", "profile"]],
  ["profile_url", "https://example.com/me"],
  ["custom_parameters", ["access_type"]],
  ["redirect_uri", "https://example.com/callback"],
  ["overrides", {}],
  ["transport", "state"],
  ["token_endpoint_auth_method", "private_key_jwt"],
  ["subdomain", ""],
  ["authorize_url", ""],
  ["access_url", undefined],
  ["custom_params", { redirect_uri: "https://evil.example" }],
  ["custom_params", { code_challenge_method: "plain" }],
  ["a_typing_mistake", 1],
])("%s: %j is refused with a line that names it", (option, value) => {
  expect(() => read({ [option]: value })).toThrow(new RegExp(`^grantConfig\\.${option} of "own": .{12,}`));
});

test("an option that says what is done anyway is no mistake", () => {
  const usual = { oauth: 2, dynamic: false, nonce: false, state: true, transport: "session", response: undefined };
  expect(read(usual)).toEqual(read());
});
