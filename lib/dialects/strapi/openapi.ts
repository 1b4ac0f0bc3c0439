import { z } from "zod";
import type { Contract, Operation, Operations } from "@/lib/wire/openapi/contract";
import { RESEND } from "./confirmation";
import { refuse } from "./errors";
import { CREDENTIALS, REGISTRATION } from "./local";
import { CHANGE, FORGOT, RESET } from "./passwords";
import * as shapes from "./shapes";
import { USER_OPERATIONS } from "./users-openapi";

const { bodyOf, SignedIn, StrapiError } = shapes;
const STRICT = { strict: true };
const COUNTED = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"];
const HANDING = ["set-cookie", ...COUNTED];
const by = ["bearer"];
const asked = z.object({ "x-strapi-refresh-cookie": z.literal("httpOnly").optional() });
/** An operation that `limitCalls` limits. */
const counted = (more: Omit<Operation, "refused">): Operation => ({ ...more, refused: [429] });

const LOCAL: Operations = {
  "POST auth/local": counted({
    does: "Signs in by password.",
    body: bodyOf(CREDENTIALS),
    headers: asked,
    answers: { 200: { json: SignedIn, headers: HANDING } },
  }),
  "POST auth/local/register": {
    does: "Registers. Where the mailbox has to be confirmed first the answer holds no token.",
    body: bodyOf(REGISTRATION).extend(shapes.profile),
    headers: asked,
    answers: { 200: { json: z.union([SignedIn, shapes.Waiting]), headers: HANDING } },
    refused: [422, 429],
  },
  "POST auth/forgot-password": counted({
    does: "Mails a link that resets the password. Answers the same for every address.",
    body: bodyOf(FORGOT, STRICT),
    answers: { 200: { json: shapes.Done, headers: COUNTED } },
  }),
  "POST auth/reset-password": counted({
    does: "Sets a new password by a mailed code, and signs in.",
    body: bodyOf(RESET, STRICT),
    headers: asked,
    answers: { 200: { json: SignedIn, headers: HANDING } },
  }),
  "POST auth/change-password": counted({
    does: "Changes the password. Every other session ends.",
    by,
    body: bodyOf(CHANGE, STRICT),
    headers: asked,
    answers: { 200: { json: SignedIn, headers: HANDING } },
  }),
  "GET auth/email-confirmation": {
    does: "Leads from a mailed link to the page that confirms, and from there on.",
    query: z.object({ confirmation: z.string(), pressed: z.string().optional() }),
    answers: { 302: { headers: ["location"] } },
    refused: [409, 429],
  },
  "POST auth/send-email-confirmation": counted({
    does: "Mails the link that confirms an address again.",
    body: bodyOf(RESEND),
    answers: { 200: { json: z.object({ email: z.string(), sent: z.literal(true) }), headers: COUNTED } },
  }),
};

const REFRESH_MODE: Operations = {
  "POST auth/refresh": {
    does: "Exchanges a refresh token, from the cookie or the body, for the next one. Only in refresh mode.",
    body: z.object({ refreshToken: z.string().optional() }),
    headers: asked,
    answers: { 200: { json: shapes.Refreshed, headers: ["set-cookie"] } },
    refused: [404, 429],
  },
  "POST auth/logout": {
    does: "Ends the session, or all sessions of the person. Only in refresh mode.",
    by,
    body: z.object({
      scope: z
        .string()
        .meta({ examples: ["all"] })
        .optional(),
    }),
    answers: { 200: { json: shapes.Done, headers: ["set-cookie"] } },
    refused: [404],
  },
  "GET auth/sessions": {
    does: "Lists the caller's sessions, this one first. Only in refresh mode.",
    by,
    answers: { 200: z.object({ data: z.array(shapes.SessionView) }) },
    refused: [404],
  },
  "DELETE auth/sessions/[session]": {
    does: "Ends one of the caller's sessions. Only in refresh mode.",
    by,
    answers: { 200: z.object({ data: z.object({}) }) },
    refused: [404],
  },
};

const leaving = { headers: ["location", "set-cookie", ...COUNTED] };
const PROVIDERS: Operations = {
  "GET connect/[provider]": {
    does: "Redirects to a third party to sign in.",
    query: z.object({ callback: z.string().optional().describe("The page of yours that it leads back to.") }),
    answers: { 302: leaving },
    refused: [429],
  },
  "GET connect/[provider]/callback": {
    does: "Comes back from the third party, and goes on to your page with `access_token`.",
    query: z.looseObject({ code: z.string().optional(), state: z.string().optional(), error: z.string().optional() }),
    answers: { 302: leaving },
    refused: [429],
  },
  "GET auth/[provider]/callback": {
    does: "Exchanges the `access_token` of your page for a session. It works once.",
    query: z.object({ access_token: z.string().optional() }),
    headers: asked,
    answers: {
      200: { json: SignedIn, headers: ["set-cookie"] },
      400: { is: "The visit cannot be ended.", json: StrapiError, headers: ["set-cookie"] },
    },
  },
};

export const contract: Contract = {
  title: "Strapi",
  about:
    "Strapi's users and permissions, as `strapi-sdk-js` and `@strapi/client` call them. Routes of refresh mode are there where STRAPI_JWT_MANAGEMENT says so.",
  prefix: "/api",
  api: { refuse },
  error: StrapiError,
  schemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
  headers: {
    "x-ratelimit-limit": "How often this route may be called a minute.",
    "x-ratelimit-remaining": "How many of these calls are left.",
    "x-ratelimit-reset": "When they are full again, in seconds since 1970.",
  },
  onRefusals: COUNTED,
  params: { provider: z.string().meta({ examples: ["github"] }), id: z.string(), session: z.uuid() },
  operations: {
    ...LOCAL,
    ...REFRESH_MODE,
    ...PROVIDERS,
    ...USER_OPERATIONS,
    "GET openapi.json": { does: "Answers this document.", answers: { 200: z.record(z.string(), z.unknown()) } },
  },
};
