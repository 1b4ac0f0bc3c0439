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
import { env } from "@/lib/env";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import type { PathParams, Routes } from "@/lib/wire/router";
import type { User, Verification } from "@/prisma/client/client";
import { parseStrict } from "./body";
import { adminIdOf } from "./claims";
import { medusaError } from "./errors";
import { inviteLink } from "./links";
import { refuseCaller } from "./owing";
import { type Caller, findCaller, findPending } from "./session";

type Call = ApiCall<PathParams>;

const USER = "user";
const PAGE = { most: 100, usual: 20 };
const text = schemas.name.nullish();
const Create = z.strictObject({ email: schemas.email, metadata: schemas.metadata.nullish() });
const Accept = z.strictObject({ email: schemas.email.nullish(), first_name: text, last_name: text });
const Page = z.object({
  offset: z.coerce.number().int().min(0).catch(0),
  limit: z.coerce.number().int().min(1).max(PAGE.most).catch(PAGE.usual),
});
/** What is kept with an invitation. Parsed, because the column is JSON. */
const Payload = z.object({ metadata: z.record(z.string(), z.json()).nullish() });

/** `GET /admin/users/me`. */
async function readMe(call: Call): Promise<Result<Response>> {
  const admin = await findAdmin(call);
  return admin.ok ? ok(json(200, { user: shownUser(admin.value.user) })) : admin;
}

/** `POST /admin/invites`: the answer has the token; a mail goes where MEDUSA_STOREFRONT_URL has a page for it. */
async function create(call: Call): Promise<Result<Response>> {
  const admin = await findAdmin(call);
  if (!admin.ok) return admin;
  const input = parseStrict(Create, call.body);
  if (input instanceof Response) return ok(input);
  const invited = await inviteAdmin(admin.value.principal, input, call.client, inviteLink(input.email));
  if (!invited.ok && invited.error.code === "user_exists")
    return ok(medusaError("invalid_data", "A user account with this email already exists."));
  return invited.ok ? ok(answer(invited.value)) : invited;
}

/** `POST /admin/invites/[id]/resend`: with another token. */
async function resend(call: Call): Promise<Result<Response>> {
  const admin = await findAdmin(call);
  if (!admin.ok) return admin;
  const invited = await renewInvitation(admin.value.principal, call.params.id ?? "", call.client, inviteLink);
  return invited.ok ? ok(answer(invited.value)) : invited;
}

/** `GET /admin/invites`. */
async function list(call: Call): Promise<Result<Response>> {
  const admin = await findAdmin(call);
  if (!admin.ok) return admin;
  const { offset, limit } = Page.parse(Object.fromEntries(call.url.searchParams));
  const listed = await listAdminInvitations(admin.value.principal, { skip: offset, take: limit });
  if (!listed.ok) return listed;
  const { count, invitations } = listed.value;
  return ok(json(200, { invites: invitations.map((one) => shown(one)), count, offset, limit }));
}

/** `GET /admin/invites/[id]`. */
async function read(call: Call): Promise<Result<Response>> {
  const admin = await findAdmin(call);
  if (!admin.ok) return admin;
  const found = await readInvitation(admin.value.principal, call.params.id ?? "");
  return found.ok ? ok(json(200, { invite: shown(found.value) })) : found;
}

/** `DELETE /admin/invites/[id]`. */
async function remove(call: Call): Promise<Result<Response>> {
  const admin = await findAdmin(call);
  if (!admin.ok) return admin;
  const id = call.params.id ?? "";
  const withdrawn = await withdrawInvitation(admin.value.principal, id);
  return withdrawn.ok ? ok(json(200, { id, object: "invite", deleted: true })) : withdrawn;
}

/** `POST /admin/invites/accept?token=`: makes the caller an admin, whose address the invitation names. */
async function accept(call: Call): Promise<Result<Response>> {
  const caller = await findCaller(call);
  if (caller?.actorType !== USER) {
    const pending = caller ? null : await findPending(call);
    return pending?.claims.actor_type === USER ? fail("email_unverified") : refuseCaller(call);
  }
  if (isAdmin(caller)) return ok(medusaError("invalid_data", ALREADY));
  const input = parseStrict(Accept, call.body);
  if (input instanceof Response) return ok(input);
  const token = schemas.token.safeParse(call.url.searchParams.get("token"));
  if (!token.success || (input.email && input.email !== caller.user.email)) return fail("unauthenticated");
  const name = [input.first_name, input.last_name].filter(Boolean).join(" ");
  const accepted = await acceptInvitation(caller.principal, { token: token.data, name }, call.client);
  return accepted.ok ? ok(json(200, { user: shownUser(accepted.value) })) : accepted;
}

const ALREADY = "The user is already authenticated and cannot accept an invite.";

/** The admin who calls. Another actor's token, also of a person who is an admin, is nobody's here. */
async function findAdmin(call: Call): Promise<Result<Caller>> {
  const caller = await findCaller(call);
  return caller?.actorType === USER && isAdmin(caller) ? ok(caller) : refuseCaller(call);
}

function isAdmin({ principal }: Caller): boolean {
  return principal.roles.includes("admin");
}

function answer({ invitation, token }: Invited): Response {
  return json(200, { invite: shown(invitation, token) });
}

/** An invitation as the contract has it. Its token is told when it is made, and kept nowhere. */
function shown({ id, email, payload, createdAt, expires }: Verification, token: string | null = null) {
  const { metadata = null } = Payload.parse(payload);
  const times = { expires_at: expires, created_at: createdAt, updated_at: createdAt };
  return { id, email, accepted: false, token, metadata, ...times };
}

/** An admin as the contract has it: the first word of the name, and the rest. */
function shownUser(user: User) {
  const [first = null, ...rest] = user.name?.split(" ") ?? [];
  const avatar = user.image && new URL(user.image, env().APP_URL).href;
  const names = { first_name: first, last_name: rest.join(" ") || null, avatar_url: avatar };
  const times = { created_at: user.createdAt, updated_at: user.updatedAt, deleted_at: null };
  return { id: adminIdOf(user), email: user.email, ...names, metadata: null, ...times };
}

export const ADMIN_ROUTES: Routes = {
  "GET admin/users/me": readMe,
  "GET admin/invites": list,
  "POST admin/invites": create,
  "POST admin/invites/accept": accept,
  "GET admin/invites/[id]": read,
  "DELETE admin/invites/[id]": remove,
  "POST admin/invites/[id]/resend": resend,
};
