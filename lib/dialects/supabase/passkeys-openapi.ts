import { z } from "zod";
import type { Operations } from "@/lib/wire/openapi/contract";
import { Answer, Name } from "./passkeys";
import { PasskeyChallenge, PasskeyObject, Tokens } from "./shapes";

const by = ["bearer"];

export const PASSKEY_OPERATIONS: Operations = {
  "POST passkeys/registration/options": {
    does: "Begins to register a passkey.",
    by,
    answers: { 200: PasskeyChallenge },
    refused: [422, 429],
  },
  "POST passkeys/registration/verify": {
    does: "Registers the passkey that a browser made.",
    by,
    body: Answer,
    answers: { 200: PasskeyObject },
    refused: [404, 422, 429],
  },
  "POST passkeys/authentication/options": {
    does: "Begins a sign-in by any passkey.",
    answers: { 200: PasskeyChallenge },
    refused: [429],
  },
  "POST passkeys/authentication/verify": {
    does: "Signs in by the answer of a passkey.",
    body: Answer,
    answers: { 200: Tokens },
    refused: [429],
  },
  "GET passkeys": { does: "Lists the caller's passkeys.", by, answers: { 200: z.array(PasskeyObject) } },
  "PATCH passkeys/[id]": {
    does: "Gives a passkey another name.",
    by,
    body: Name,
    answers: { 200: PasskeyObject },
    refused: [404],
  },
  "DELETE passkeys/[id]": { does: "Removes a passkey.", by, answers: { 204: {} }, refused: [404, 409] },
  "GET admin/users/[id]/passkeys": {
    does: "Lists a user's passkeys.",
    by: ["serviceRole"],
    answers: { 200: z.array(PasskeyObject) },
    refused: [404],
  },
  "DELETE admin/users/[id]/passkeys/[passkey]": {
    does: "Refuses to remove a passkey: an admin resets factors in /admin.",
    by: ["serviceRole"],
    answers: {},
  },
};
