import { z } from "zod";
import type { Operations } from "@/lib/wire/openapi/contract";
import { FactorChallenge, RecoveryCodes, RecoveryCodesLeft, Tokens, TotpFactor } from "../shapes";
import { Enrolment } from "./factors";

const by = ["bearer"];

export const FACTOR_OPERATIONS: Operations = {
  "POST factors": {
    does: "Begins to set up an authenticator app. It counts once one of its codes has been verified.",
    by,
    body: Enrolment,
    answers: { 200: TotpFactor },
    refused: [409, 422],
  },
  "DELETE factors/[id]": {
    does: "Removes an authenticator app.",
    by,
    answers: { 200: z.object({ id: z.string() }) },
    refused: [404, 409],
  },
  "POST factors/[id]/challenge": {
    does: "Begins the proof of a factor.",
    by,
    answers: { 200: FactorChallenge },
    refused: [404],
  },
  "POST factors/[id]/verify": {
    does: "Proves a factor by a code. The session has new tokens, of `aal2`.",
    by,
    body: z.object({ challenge_id: z.string(), code: z.string() }),
    answers: { 200: Tokens },
    refused: [404, 422, 429],
  },
  "GET factors/recovery-codes": {
    does: "Says how many recovery codes are left.",
    by,
    answers: { 200: RecoveryCodesLeft },
    refused: [404],
  },
  "POST factors/recovery-codes": {
    does: "Makes recovery codes, for a person who has none.",
    by,
    answers: { 200: RecoveryCodes },
    refused: [422, 429],
  },
  "POST factors/recovery-codes/regenerate": {
    does: "Makes new recovery codes. The former ones stop working.",
    by,
    answers: { 200: RecoveryCodes },
    refused: [422, 429],
  },
  "POST factors/recovery-codes/verify": {
    does: "Proves a factor by a recovery code, which is used up.",
    by,
    body: z.object({ code: z.string() }),
    answers: { 200: Tokens },
    refused: [422, 429],
  },
};
