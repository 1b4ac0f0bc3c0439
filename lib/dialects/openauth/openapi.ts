import { z } from "zod";
import type { Answer, Contract, Operation, Operations } from "@/lib/wire/openapi/contract";
import { openauth as issuer } from "./config";
import { refuse } from "./errors";
import { mountProviders } from "./mount";

const OAuthError = z.object({
  error: z.string().meta({ examples: ["invalid_grant"] }),
  error_description: z.string(),
});
const Tokens = z.object({
  access_token: z.string(),
  token_type: z.literal("Bearer"),
  expires_in: z.int(),
  refresh_token: z.string(),
});
const Metadata = z
  .object({
    issuer: z.url(),
    authorization_endpoint: z.url(),
    token_endpoint: z.url(),
    jwks_uri: z.url(),
    userinfo_endpoint: z.url(),
    response_types_supported: z.array(z.literal("code")),
    response_modes_supported: z.array(z.literal("query")),
    grant_types_supported: z.array(z.enum(["authorization_code", "refresh_token"])),
    code_challenge_methods_supported: z.array(z.literal("S256")),
    token_endpoint_auth_methods_supported: z.array(z.literal("none")),
    authorization_response_iss_parameter_supported: z.literal(true),
  })
  .meta({ id: "Metadata" });
const found: Operation = { does: "Says what this issuer can do (RFC 8414).", answers: { 200: Metadata } };

const APPS: Operations = {
  "GET openauth/authorize": {
    does: "Sends a person to sign in, and from there back to the app with a code.",
    query: z.object({
      response_type: z.literal("code"),
      client_id: z.string().meta({ examples: ["web"] }),
      redirect_uri: z.url(),
      state: z.string().optional(),
      code_challenge: z.string().optional().describe("Asked of apps that must use PKCE."),
      code_challenge_method: z.literal("S256").optional(),
      provider: z.string().optional(),
      audience: z.string().optional(),
    }),
    answers: {
      200: { is: "The screen that asks how.", types: ["text/html"], headers: ["set-cookie"] },
      302: { headers: ["location", "set-cookie"] },
      400: { is: "No app can be told, so the person is.", json: OAuthError, types: ["text/plain"] },
    },
  },
  "POST openauth/token": {
    does: "Exchanges a code, or a refresh token, for tokens.",
    body: z.union([
      z.object({
        grant_type: z.literal("authorization_code"),
        code: z.string(),
        redirect_uri: z.url(),
        client_id: z.string().meta({ examples: ["web"] }),
        code_verifier: z.string().optional(),
      }),
      z.object({
        grant_type: z.literal("refresh_token"),
        refresh_token: z.string(),
        client_id: z.string().optional(),
      }),
    ]),
    answers: { 200: Tokens },
    refused: [429],
  },
  "GET openauth/userinfo": {
    does: "Says what the token's subject is now (OpenID Connect Core, 5.3.2).",
    by: ["bearer"],
    answers: { 200: z.looseObject({ sub: z.string() }) },
  },
  "GET openauth/.well-known/oauth-authorization-server": found,
  "GET openauth/.well-known/openid-configuration": found,
  "GET .well-known/oauth-authorization-server/openauth": found,
  "GET openauth/.well-known/jwks.json": {
    does: "Answers the public keys (RFC 7517).",
    answers: {
      200: z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string(), alg: z.string() })) }),
    },
  },
  "GET openauth/openapi.json": {
    does: "Answers this document.",
    answers: { 200: z.record(z.string(), z.unknown()) },
  },
};

/** A screen, at any status. It shows an error, which is plain text where no screen can be drawn. */
const drawn: Answer = { types: ["text/html", "text/plain"], headers: ["set-cookie", "retry-after"] };
const leads: Answer = { headers: ["location", "set-cookie"] };
const DRAWN = [200, 400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 502, 503];
const SCREEN = { ...Object.fromEntries(DRAWN.map((status) => [status, drawn])), 302: leads, 303: leads };

function screen(does: string, body?: z.ZodType): Operation {
  return { does, body, isPlain: true, answers: SCREEN };
}

const text = z.string().optional();
const action = z.string().describe("Which step of the screen it is.").optional();
const newPassword = { email: text, code: text, password: text, repeat: text };

/** The screens, and the forms that they post. */
const STEPS: Record<string, [is: string, body: z.ZodType]> = {
  authorize: ["the sign-in by password", z.object({ email: z.string(), password: z.string() })],
  factor: ["the second factor", z.object({ code: z.string(), remember: z.literal("on").optional() })],
  register: ["the registration", z.looseObject({ action, ...newPassword })],
  change: ["the reset of a password", z.object({ action, ...newPassword })],
};

const SCREENS: Operations = Object.fromEntries(
  Object.entries(STEPS).flatMap(([step, [is, body]]) => [
    [`GET password/${step}`, screen(`Draws ${is}.`)],
    [`POST password/${step}`, screen(`Goes on with ${is}.`, body)],
  ]),
);

/** The routes of the providers in `config.ts`. */
function ofProviders(): Operations {
  const { forms, answers } = mountProviders(issuer);
  const routes = Object.keys({ ...forms, ...answers });
  return Object.fromEntries(
    routes.map((route) => [route.replace(" ", " openauth/"), screen("Goes on with the sign-in by this provider.")]),
  );
}

export const contract: Contract = {
  title: "OpenAuth",
  about: "An OAuth 2.0 issuer for other apps of yours, as `@openauthjs/openauth` calls it, and its screens for people.",
  prefix: "",
  api: { refuse, bodies: "form" },
  error: OAuthError,
  schemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
  operations: { ...APPS, ...SCREENS, ...ofProviders() },
};
