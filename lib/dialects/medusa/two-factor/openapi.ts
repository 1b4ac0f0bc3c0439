import { z } from "zod";
import type { Operations } from "@/lib/wire/openapi/contract";
import { Factor, MedusaError, Token } from "../shapes";
import { Verify as Answer } from "./challenge";
import { Disable, Generate, Start, Verify } from "./factors";

const HOLDER = ["bearer", "cookie"];
const codes = z.array(z.string().meta({ examples: ["7KQF-M2XT"] }));

export const FACTOR_OPERATIONS: Operations = {
  "GET auth/mfa/factors": {
    does: "Lists the authenticator apps of the caller.",
    by: HOLDER,
    answers: { 200: z.object({ mfa_factors: z.array(Factor) }) },
  },
  "POST auth/mfa/factors": {
    does: "Begins to set up an authenticator app. It counts once one of its codes has been verified.",
    by: HOLDER,
    body: Start,
    answers: { 200: z.object({ mfa_factor: Factor, secret: z.string(), otpauth_url: z.string() }) },
    refused: [404, 409, 429],
  },
  "POST auth/mfa/factors/[id]/verify": {
    does: "Confirms an authenticator app by its first code. For an app that is confirmed, proves again who calls.",
    by: HOLDER,
    body: Verify,
    answers: {
      200: {
        json: z.object({ mfa_factor: Factor, recovery_codes: codes.optional(), token: z.string().optional() }),
        headers: ["set-cookie"],
      },
    },
    refused: [404, 429],
  },
  "DELETE auth/mfa/factors/[id]": {
    does: "Removes an authenticator app. Needs a proof of identity from the last ten minutes, or a code.",
    by: HOLDER,
    body: Disable,
    answers: {
      200: { json: z.object({ mfa_factor: Factor }), headers: ["set-cookie"] },
      400: {
        is: "What was sent cannot be taken, or it is the only factor where one is required: the code has proved who calls all the same.",
        json: MedusaError,
        types: ["text/plain"],
        headers: ["set-cookie"],
      },
    },
    refused: [404, 429],
  },
  "POST auth/mfa/recovery-codes": {
    does: "Makes ten new recovery codes. The former ones stop working.",
    by: HOLDER,
    body: Generate,
    answers: { 200: z.object({ recovery_codes: codes }) },
    refused: [429],
  },
  "POST auth/mfa/challenges/[id]/verify": {
    does: "Proves the factor that a sign-in owes, and answers the person's token.",
    by: HOLDER,
    body: Answer,
    answers: { 200: { json: Token, headers: ["set-cookie"] } },
    refused: [404, 429],
  },
};
