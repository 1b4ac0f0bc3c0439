import { z } from "zod";
import type { Operation, Operations } from "@/lib/wire/openapi/contract";

const COOKIES = ["set-cookie"];

const asked = (does: string, json: z.ZodType, more: Partial<Operation> = {}): Operation => ({
  does,
  isPlain: true,
  ...more,
  answers: {
    200: { json, headers: COOKIES },
    ...more.answers,
    503: { is: "The database is away.", json: z.object({ error: z.literal("unavailable") }) },
  },
});

const User = z.looseObject({
  name: z.string().nullable(),
  email: z.string(),
  image: z.string().nullable(),
  roles: z.array(z.string().meta({ examples: ["user"] })),
});

/** The routes that Auth.js answers for its own clients. Auth.js parses their requests by itself. */
export const AUTH_JS: Operations = {
  "GET api/auth/session": asked(
    "Shows who is signed in, to useSession() of Auth.js: null to a visitor.",
    z.object({ expires: z.iso.datetime(), user: User }).nullable(),
    { by: ["cookie", ""] },
  ),
  "GET api/auth/csrf": asked(
    "Answers a token that belongs to a cookie of the visitor's, and which signing out asks for.",
    z.object({ csrfToken: z.string() }),
  ),
  "GET api/auth/providers": asked(
    "Answers the providers that Auth.js signs in by: none, since people sign in by the pages.",
    z.strictObject({}),
  ),
  "POST api/auth/signout": asked(
    "Ends the session, if the token comes that belongs to the visitor's cookie.",
    z.object({ url: z.url().describe("Where to go on. To a caller that sends X-Auth-Return-Redirect.") }),
    {
      by: ["cookie", ""],
      body: z.object({ csrfToken: z.string().optional(), callbackUrl: z.string().optional() }),
      headers: z.object({ "X-Auth-Return-Redirect": z.literal("1").optional() }),
      answers: {
        302: {
          is: "Leads on; to /login with an error where the token did not belong.",
          headers: ["location", ...COOKIES],
        },
        400: { is: "What was sent is no JSON.", json: z.literal("Bad request."), types: ["text/plain"] },
      },
    },
  ),
};
