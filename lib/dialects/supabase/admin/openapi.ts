import { z } from "zod";
import type { Operations } from "@/lib/wire/openapi/contract";
import { FactorObject, MailedLink, Nothing, OperatedUser } from "../shapes";
import { Asked, Invitation } from "./links";
import { Changes, NewUser, Paging } from "./users";

const by = ["serviceRole"];
const user = { 200: OperatedUser };
const redirect = z.object({ redirect_to: z.string().optional() });

/** Supabase's `auth.admin`. */
export const ADMIN_OPERATIONS: Operations = {
  "GET admin/users": {
    does: "Lists the users, the newest first.",
    by,
    query: Paging,
    answers: {
      200: {
        json: z.object({ users: z.array(OperatedUser), aud: z.literal("authenticated") }),
        headers: ["link", "x-total-count"],
      },
    },
  },
  "POST admin/users": { does: "Creates a user.", by, body: NewUser, answers: user, refused: [422] },
  "GET admin/users/[id]": { does: "Shows a user.", by, answers: user, refused: [404] },
  "PUT admin/users/[id]": { does: "Changes a user.", by, body: Changes, answers: user, refused: [404, 409, 422] },
  "DELETE admin/users/[id]": {
    does: "Deletes a user.",
    by,
    body: z.object({ should_soft_delete: z.boolean().nullish() }),
    answers: { 200: Nothing },
    refused: [404, 409],
  },
  "GET admin/users/[id]/factors": {
    does: "Lists a user's factors.",
    by,
    answers: { 200: z.array(FactorObject) },
    refused: [404],
  },
  "DELETE admin/users/[id]/factors/[factor]": {
    does: "Abandons the setup of an authenticator app.",
    by,
    answers: { 200: FactorObject },
    refused: [404],
  },
  "POST admin/generate_link": {
    does: "Makes a link and a code for an operator to mail.",
    by,
    query: redirect,
    body: Asked,
    answers: { 200: MailedLink },
    refused: [404, 409, 422],
  },
  "POST invite": {
    does: "Creates a user and mails them the link that makes the account theirs.",
    by,
    query: redirect,
    body: Invitation,
    answers: user,
    refused: [422, 429],
  },
};
