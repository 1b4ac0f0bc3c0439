import { z } from "zod";
import type { Operations } from "@/lib/wire/openapi/contract";
import { Change } from "./admin-users";
import { Accept, Create } from "./invites";
import { AdminUser, Invite, Page } from "./shapes";

const by = ["bearer", "cookie"];
const user = { 200: z.object({ user: AdminUser }) };
const invite = { 200: z.object({ invite: Invite }) };
const Deleted = z.object({ id: z.string(), object: z.enum(["user", "invite"]), deleted: z.literal(true) });
const paging = { offset: z.string().optional(), limit: z.string().optional() };

/** The routes for admins. */
export const ADMIN_OPERATIONS: Operations = {
  "GET admin/users": {
    does: "Lists the admins, the oldest first.",
    by,
    query: z.object({
      q: z.string().optional().describe("A part of an address or a name."),
      email: z.string().optional(),
      id: z.string().optional(),
      "id[]": z.string().optional(),
      ...paging,
    }),
    answers: { 200: z.object({ users: z.array(AdminUser), ...Page }) },
  },
  "GET admin/users/me": { does: "Shows the admin who calls.", by, answers: user },
  "GET admin/users/[id]": { does: "Shows an admin.", by, answers: user, refused: [404] },
  "POST admin/users/[id]": { does: "Changes the caller's own name.", by, body: Change, answers: user },
  "DELETE admin/users/[id]": {
    does: "Gives up the caller's own role. Needs a proof of identity from the last ten minutes.",
    by,
    answers: { 200: Deleted },
    refused: [409],
  },
  "GET admin/invites": {
    does: "Lists the invitations that wait.",
    by,
    query: z.object(paging),
    answers: { 200: z.object({ invites: z.array(Invite), ...Page }) },
  },
  "POST admin/invites": { does: "Invites an admin.", by, body: Create, answers: invite, refused: [429] },
  "POST admin/invites/accept": {
    does: "Makes the caller an admin, whose address the invitation names.",
    by,
    query: z.object({ token: z.string() }),
    body: Accept,
    answers: user,
    refused: [429],
  },
  "GET admin/invites/[id]": { does: "Shows an invitation.", by, answers: invite, refused: [404] },
  "DELETE admin/invites/[id]": {
    does: "Withdraws an invitation.",
    by,
    answers: { 200: Deleted },
    refused: [404],
  },
  "POST admin/invites/[id]/resend": {
    does: "Sends an invitation again, with another token.",
    by,
    answers: invite,
    refused: [404, 429],
  },
};
