import { CodeProvider as PackageCodeProvider } from "@openauthjs/openauth/provider/code";
import { DiscordProvider } from "@openauthjs/openauth/provider/discord";
import { GithubProvider } from "@openauthjs/openauth/provider/github";
import { GoogleOidcProvider, GoogleProvider } from "@openauthjs/openauth/provider/google";
import { PasswordProvider as PackagePasswordProvider } from "@openauthjs/openauth/provider/password";
import { MemoryStorage } from "@openauthjs/openauth/storage/memory";
import { CodeUI } from "@openauthjs/openauth/ui/code";
import { PasswordUI } from "@openauthjs/openauth/ui/password";
import { describe, expect, test } from "vitest";
import { CodeProvider } from "@/lib/dialects/openauth/code-provider";
import { issuer } from "@/lib/dialects/openauth/issuer";
import { PasswordProvider } from "@/lib/dialects/openauth/password-provider";
import { Select } from "@/lib/dialects/openauth/select";

const keys = { clientID: "our-client", clientSecret: "our-words", scopes: ["email"] };
const sendCode = async () => {};
const screens = PasswordUI({ sendCode });
const github = GithubProvider(keys);

/** The error of issuer() for an input that no type has checked, as from JavaScript; null for none. */
const said = (input: object) => {
  try {
    issuer({ providers: { github }, ...input });
    return null;
  } catch (error) {
    return error instanceof TypeError ? error.message : error;
  }
};

describe("issuer()", () => {
  test("takes the package's providers as they are, and its screens", () => {
    const providers = { github, google: GoogleProvider(keys), workspace: GoogleOidcProvider(keys) };
    expect(
      said({
        providers: { ...providers, password: PasswordProvider(screens), code: CodeProvider(CodeUI({ sendCode })) },
        ttl: { access: 60 },
      }),
    ).toBeNull();
    expect(said({ providers: { discord: DiscordProvider(keys) }, success: async () => new Response() })).toBeNull();
  });

  test.each([
    ["storage", { storage: MemoryStorage() }],
    ["start", { start: async () => {} }],
    ["error", { error: async () => new Response() }],
    ["ttl.refresh", { ttl: { refresh: 60 } }],
    ["ttl.access", { ttl: { access: 60 * 60 * 24 * 30 } }],
    ["ttl.access", { ttl: { access: Number.NaN } }],
    ["providers", { providers: {} }],
    ['"token"', { providers: { token: github } }],
    ['"a/b"', { providers: { "a/b": github } }],
    ['"secret"', { providers: { secret: PasswordProvider(screens) } }],
    ['"password"', { providers: { password: github } }],
    ["./password-provider", { providers: { words: PackagePasswordProvider(screens) } }],
    ["./code-provider", { providers: { code: PackageCodeProvider(CodeUI({ sendCode })) } }],
    ['"discord"', { providers: { discord: DiscordProvider(keys) } }],
    ["client credentials", { providers: { machine: { ...github, client: async () => ({}) } } }],
  ])("names %s where it does not take it", (name, input) => {
    expect(said(input)).toContain(name);
  });
});

test("a theme changes the screens of both", async () => {
  const theme = {
    title: "Acorn",
    primary: { light: "#123456", dark: "#abcdef" },
    radius: "full",
    logo: "/acorn.svg",
  } as const;
  issuer({ providers: { github }, theme });
  const request = new Request("https://app.example.com/openauth/authorize");
  const ours = await (await Select()({ github: "github" }, request)).text();
  for (const part of ["Sign in · Acorn", "--fill: #123456", "--fill: #abcdef", 'src="/acorn.svg"', "1.25rem"])
    expect(ours).toContain(part);
  expect(ours).toContain("Continue with GitHub");
  expect(await (await screens.login(request)).text()).toContain("#123456");
});
