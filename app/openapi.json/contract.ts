import { z } from "zod";
import { SESSION_COOKIE } from "@/lib/wire/cookies";
import { refuseJson } from "@/lib/wire/endpoint";
import type { Contract } from "@/lib/wire/openapi/contract";
import { AUTH_JS } from "./auth-js";

const Health = z.object({
  status: z.enum(["ok", "unavailable"]),
  mail: z.unknown().optional(),
  events: z.unknown().optional(),
});
const Worked = z.object({ mail: z.unknown(), events: z.unknown(), deleted: z.unknown() });

/** The routes of this site that speak no other system's contract. Routes that only our own pages call are left out. */
export const contract: Contract = {
  title: "this site",
  about:
    "Who is signed in, the keys that verify tokens, and what runs the site. Other systems' contracts have documents of their own.",
  prefix: "",
  api: { refuse: refuseJson },
  error: z.object({ error: z.string(), message: z.string() }),
  schemes: {
    cookie: { type: "apiKey", in: "cookie", name: SESSION_COOKIE() },
    bearer: {
      type: "http",
      scheme: "bearer",
      bearerFormat: "JWT",
      description: "Of the Medusa or the Supabase client.",
    },
    timer: { type: "http", scheme: "bearer", description: "CRON_SECRET." },
  },
  operations: {
    "GET api/me": {
      does: "Shows who is signed in.",
      by: ["cookie", "bearer"],
      answers: {
        200: z.looseObject({
          id: z.uuid(),
          name: z.string(),
          email: z.string(),
          avatar: z.string().nullable().describe("The address of a picture."),
          roles: z.array(z.string().meta({ examples: ["user"] })),
        }),
      },
    },
    ...AUTH_JS,
    "GET api/health": {
      does: "Says whether the database answers and takes writes.",
      isPlain: true,
      query: z.object({ verbose: z.string().optional().describe("For an operator on the machine itself.") }),
      answers: { 200: Health, 503: { json: Health, headers: [] } },
    },
    ...Object.fromEntries(
      ["GET", "POST"].map((method) => [
        `${method} api/cron`,
        {
          does: "Sends the mails that wait, tells subscribers, and deletes what has expired.",
          by: ["timer"],
          answers: { 200: Worked },
          refused: [404],
        },
      ]),
    ),
    "GET .well-known/jwks.json": {
      does: "Answers the public keys by which any service can verify our access tokens (RFC 7517).",
      answers: {
        200: z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string(), alg: z.string() })) }),
      },
    },
    "GET .well-known/change-password": {
      does: "Leads to where a password is changed.",
      answers: { 302: { headers: ["location"] } },
    },
    "GET .well-known/passkey-endpoints": {
      does: "Says where passkeys are made and looked after, for password managers.",
      answers: { 200: z.object({ enroll: z.url(), manage: z.url() }) },
    },
    "GET .well-known/security.txt": {
      does: "Says where to report a hole (RFC 9116).",
      answers: { 200: { is: "Contact, Expires and Canonical.", types: ["text/plain"] } },
      refused: [404],
    },
    "GET .well-known/api-catalog": {
      does: "Says where the documents of the APIs here are (RFC 9727).",
      answers: { 200: { is: "A linkset (RFC 9264).", types: ["application/linkset+json"], headers: ["link"] } },
    },
    "GET openapi.json": { does: "Answers this document.", answers: { 200: z.record(z.string(), z.unknown()) } },
  },
};
