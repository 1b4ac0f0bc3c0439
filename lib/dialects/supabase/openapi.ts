import { z } from "zod";
import type { Contract, Operations } from "@/lib/wire/openapi/contract";
import { ADMIN_OPERATIONS } from "./admin/openapi";
import { ERROR_CODE_HEADER, refuse, VERSION_HEADER } from "./errors";
import { PASSKEY_OPERATIONS } from "./passkeys-openapi";
import * as shapes from "./shapes";
import { FACTOR_OPERATIONS } from "./two-factor/openapi";
import { Update } from "./user";

const { Nothing, Otp, pkce, Tokens, UserObject } = shapes;
const by = ["bearer"];
const redirect = z.object({ redirect_to: z.string().optional() });
const versioned = z.object({
  [VERSION_HEADER]: z
    .string()
    .meta({ examples: ["2024-01-01"] })
    .optional(),
});
const leaving = { 303: { headers: ["location", "set-cookie"] } };
const visiting = z.object({
  provider: z.string().meta({ examples: ["google"] }),
  redirect_to: z.string().optional(),
  scopes: z.string().optional(),
  ...pkce,
});

const BY_MAIL: Operations = {
  "POST otp": {
    does: "Mails a code and a link that sign in. Answers the same for every address.",
    query: redirect,
    body: Otp,
    answers: { 200: Nothing },
    refused: [422, 429],
  },
  "POST magiclink": {
    does: "Does what `POST /otp` does.",
    query: redirect,
    body: Otp,
    answers: { 200: Nothing },
    refused: [422, 429],
  },
  "POST recover": {
    does: "Mails a link and a code that reset the password. Answers the same for every address.",
    query: redirect,
    body: shapes.Recover,
    answers: { 200: Nothing },
    refused: [429],
  },
  "POST resend": {
    does: "Mails again whatever an address is waiting for. Answers the same for every address.",
    query: redirect,
    body: shapes.Resend,
    answers: { 200: Nothing },
    refused: [422, 429],
  },
  "GET reauthenticate": {
    does: "Mails the signed-in person a code, which `PUT /user` takes as `nonce`.",
    by,
    answers: { 200: Nothing },
    refused: [429],
  },
  "POST verify": {
    does: "Signs in, or confirms a change of address, by what was mailed.",
    by: ["bearer", ""],
    body: shapes.Proof,
    answers: { 200: z.union([Tokens, shapes.Said]) },
    refused: [409, 422, 429],
  },
  "GET verify": {
    does: "Leads from a mailed link to the page with a button, and from there back to the client.",
    query: z.object({
      token: z.string(),
      type: z.string().meta({ examples: ["signup"] }),
      redirect_to: z.string().optional(),
      flow: z.string().optional(),
      pressed: z.string().optional(),
    }),
    answers: { 303: { headers: ["location"] } },
    refused: [429],
  },
};

const PROVIDERS: Operations = {
  "GET authorize": {
    does: "Redirects to a third party to sign in.",
    query: visiting,
    answers: leaving,
    refused: [429],
  },
  "GET callback": {
    does: "Comes back from the third party, and goes on to the client's page.",
    query: z.looseObject({ code: z.string().optional(), state: z.string().optional(), error: z.string().optional() }),
    answers: leaving,
  },
  "GET user/identities/authorize": {
    does: "Says where to send the person to link an account of theirs.",
    by,
    query: visiting.extend({
      skip_http_redirect: z
        .string()
        .meta({ examples: ["true"] })
        .optional(),
    }),
    answers: { 200: z.object({ url: z.url() }), 303: { headers: ["location"] } },
    refused: [429],
  },
  "DELETE user/identities/[id]": {
    does: "Disconnects a provider, unless it is the last way to sign in.",
    by,
    answers: { 200: Nothing },
    refused: [422],
  },
  "POST sso": { does: "Refuses: there is no SAML.", answers: {}, refused: [404] },
};

export const contract: Contract = {
  title: "Supabase Auth",
  about: "Supabase's Auth API, as `@supabase/auth-js` calls it. Clients send an `apikey` too, which is not looked at.",
  prefix: "/auth/v1",
  api: { refuse },
  error: shapes.SupabaseError,
  schemes: {
    bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
    serviceRole: {
      type: "http",
      scheme: "bearer",
      description: "A key of SUPABASE_SERVICE_KEYS. Never from a browser.",
    },
  },
  headers: {
    [ERROR_CODE_HEADER]: "The code of the refusal.",
    [VERSION_HEADER]: "The version of its shape, where it is the newer one.",
    link: "The next page and the last (RFC 8288).",
    "x-total-count": "How many users there are.",
  },
  onRefusals: [ERROR_CODE_HEADER, VERSION_HEADER],
  operations: {
    "POST signup": {
      does: "Registers: a session, or the bare user where the mailbox has to be proved first. A taken address gets the same.",
      query: redirect,
      headers: versioned,
      body: shapes.SignUp,
      answers: { 200: { json: z.union([Tokens, UserObject]), headers: ["set-cookie"] } },
      refused: [422, 429],
    },
    "POST token": {
      does: "Hands over the tokens of a session.",
      query: z.object({ grant_type: z.enum(["password", "refresh_token", "pkce", "id_token"]) }),
      headers: versioned,
      body: shapes.Grant,
      answers: { 200: Tokens },
      refused: [404, 422, 429],
    },
    "POST logout": {
      does: "Ends every session of the person, or as `scope` says.",
      by,
      query: z.object({ scope: z.enum(["global", "others", "local"]).optional() }),
      answers: { 204: {} },
    },
    "GET user": { does: "Shows the person of the token.", by, answers: { 200: UserObject } },
    "PUT user": {
      does: "Changes address, password or metadata.",
      by,
      query: redirect,
      body: Update.extend(pkce),
      answers: { 200: UserObject },
      refused: [409, 422, 429],
    },
    ...BY_MAIL,
    ...PROVIDERS,
    ...FACTOR_OPERATIONS,
    ...PASSKEY_OPERATIONS,
    "GET settings": { does: "Lists the ways to sign in that a client can offer.", answers: { 200: shapes.Settings } },
    "GET health": {
      does: "Says that this server speaks Supabase's contract.",
      answers: { 200: z.object({ name: z.string(), description: z.string() }) },
    },
    "GET .well-known/jwks.json": { does: "Answers the public keys (RFC 7517).", answers: { 200: shapes.Keys } },
    "GET openapi.json": { does: "Answers this document.", answers: { 200: z.record(z.string(), z.unknown()) } },
    ...ADMIN_OPERATIONS,
  },
};
