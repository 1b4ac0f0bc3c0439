import { z } from "zod";
import {
  acceptInvitation,
  type Invited,
  inviteAdmin,
  listAdminInvitations,
  readInvitation,
  renewInvitation,
  withdrawInvitation,
} from "@/lib/auth/invite-admin";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import * as schemas from "@/lib/auth/model/schemas";
import { json } from "@/lib/wire/json";
import type { Routes } from "@/lib/wire/router";
import type { Verification } from "@/prisma/client/client";
import { ADMIN, type AdminCall, forAdmin, isAdmin, pageOf, shownUser } from "./admin-users";
import { parseStrict } from "./body";
import { medusaError } from "./errors";
import { inviteLink } from "./links";
import { refuseCaller } from "./owing";
import { type Caller, findCaller, findPending } from "./session";

const INVITES_PER_PAGE = 20;
const text = schemas.name.nullish();
export const Create = z.strictObject({ email: schemas.email, metadata: schemas.metadata.nullish() });
export const Accept = z.strictObject({ email: schemas.email.nullish(), first_name: text, last_name: text });
/** The JSON column of an invitation. */
const Payload = z.object({ metadata: z.record(z.string(), z.json()).nullish() });

/** `POST /admin/invites`: answers the token, and mails it if MEDUSA_STOREFRONT_URL has a storefront for admins. */
async function create(call: AdminCall, { principal }: Caller): Promise<Result<Response>> {
  const input = parseStrict(Create, call.body);
  if (!input.ok) return input;
  const invited = await inviteAdmin(principal, input.value, call.client, inviteLink(input.value.email));
  if (!invited.ok && invited.error.code === "user_exists")
    return { ...medusaError("invalid_data", "A user account with this email already exists."), error: invited.error };
  return invited.ok ? ok(answer(invited.value)) : invited;
}

/** `POST /admin/invites/[id]/resend`: sends the invitation again, with a new token. */
async function resend(call: AdminCall, { principal }: Caller): Promise<Result<Response>> {
  const invited = await renewInvitation(principal, call.params.id ?? "", call.client, inviteLink);
  return invited.ok ? ok(answer(invited.value)) : invited;
}

/** `GET /admin/invites`. */
async function list(call: AdminCall, { principal }: Caller): Promise<Result<Response>> {
  const { offset, limit } = pageOf(call.url, INVITES_PER_PAGE);
  const listed = await listAdminInvitations(principal, { skip: offset, take: limit });
  if (!listed.ok) return listed;
  const { count, invitations } = listed.value;
  return ok(json(200, { invites: invitations.map((one) => shown(one)), count, offset, limit }));
}

/** `GET /admin/invites/[id]`. */
async function read(call: AdminCall, { principal }: Caller): Promise<Result<Response>> {
  const found = await readInvitation(principal, call.params.id ?? "");
  return found.ok ? ok(json(200, { invite: shown(found.value) })) : found;
}

/** `DELETE /admin/invites/[id]`. */
async function remove(call: AdminCall, { principal }: Caller): Promise<Result<Response>> {
  const id = call.params.id ?? "";
  const withdrawn = await withdrawInvitation(principal, id);
  return withdrawn.ok ? ok(json(200, { id, object: "invite", deleted: true })) : withdrawn;
}

/** `POST /admin/invites/accept?token=`: makes the caller an admin, if the invitation is for their address. */
async function accept(call: AdminCall): Promise<Result<Response>> {
  const caller = await findCaller(call);
  if (caller?.actorType !== ADMIN) {
    const pending = caller ? null : await findPending(call);
    return pending?.claims.actor_type === ADMIN ? fail("email_unverified") : refuseCaller(call);
  }
  if (isAdmin(caller)) return medusaError("invalid_data", ALREADY);
  const input = parseStrict(Accept, call.body);
  if (!input.ok) return input;
  const { email, first_name, last_name } = input.value;
  const token = schemas.token.safeParse(call.url.searchParams.get("token"));
  if (!token.success || (email && email !== caller.user.email)) return fail("unauthenticated");
  const name = [first_name, last_name].filter(Boolean).join(" ");
  const accepted = await acceptInvitation(caller.principal, { token: token.data, name }, call.client);
  return accepted.ok ? ok(json(200, { user: shownUser(accepted.value) })) : accepted;
}

const ALREADY = "The user is already authenticated and cannot accept an invite.";

function answer({ invitation, token }: Invited): Response {
  return json(200, { invite: shown(invitation, token) });
}

/** An invitation in the contract's shape. It has its token only when that was just made, because only a hash is kept. */
function shown({ id, email, payload, createdAt, expires }: Verification, token: string | null = null) {
  const { metadata = null } = Payload.parse(payload);
  const times = { expires_at: expires, created_at: createdAt, updated_at: createdAt };
  return { id, email, accepted: false, token, metadata, ...times };
}

export const INVITE_ROUTES: Routes = {
  "GET admin/invites": forAdmin(list),
  "POST admin/invites": forAdmin(create),
  "POST admin/invites/accept": accept,
  "GET admin/invites/[id]": forAdmin(read),
  "DELETE admin/invites/[id]": forAdmin(remove),
  "POST admin/invites/[id]/resend": forAdmin(resend),
};
