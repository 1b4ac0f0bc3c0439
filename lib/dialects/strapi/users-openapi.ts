import { z } from "zod";
import type { Operations } from "@/lib/wire/openapi/contract";
import { Permissions, profile, Role, Shaped, User } from "./shapes";

const by = ["bearer"];
const shaping = {
  fields: z.string().optional(),
  populate: z
    .string()
    .meta({ examples: ["role"] })
    .optional(),
};
const filters = z.object({ "filters[username][$eq]": z.string().optional().describe("By any field of the user.") });
const currentPassword = z.string().optional().describe("Where the last proof is older than ten minutes.");

export const USER_OPERATIONS: Operations = {
  "GET users/me": { does: "Shows the caller.", by, query: z.object(shaping), answers: { 200: Shaped } },
  "GET users/count": {
    does: "Counts the caller: one if the filters match, else none.",
    by,
    query: filters,
    answers: { 200: z.int().max(1) },
  },
  "GET users": {
    does: "Lists the caller, if the filters match. Other people are not shown here.",
    by,
    query: filters.extend({ ...shaping, "pagination[page]": z.string().optional() }),
    answers: { 200: z.array(Shaped) },
  },
  "GET users/[id]": {
    does: "Shows the caller, by number or document id.",
    by,
    query: z.object(shaping),
    answers: { 200: Shaped },
    refused: [404],
  },
  "PUT users/[id]": {
    does: "Changes the caller's username, fields and, once the new mailbox confirms it, address.",
    by,
    body: z.object({
      ...profile,
      username: z.string().optional(),
      email: z.string().optional(),
      currentPassword,
    }),
    answers: { 200: User },
    refused: [404, 429],
  },
  "DELETE users/[id]": {
    does: "Deletes the caller's account with all that hangs on it.",
    by,
    body: z.object({ currentPassword }),
    answers: { 200: User },
    refused: [404, 409, 429],
  },
  "GET users-permissions/permissions": {
    does: "Says what the caller may call.",
    by: ["bearer", ""],
    answers: { 200: Permissions },
  },
  "GET users-permissions/roles": {
    does: "Lists the roles.",
    by,
    answers: { 200: z.object({ roles: z.array(Role) }) },
  },
  "GET users-permissions/roles/[id]": {
    does: "Shows a role.",
    by,
    answers: { 200: z.object({ role: Role }) },
    refused: [404],
  },
};
