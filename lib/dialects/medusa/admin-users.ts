import { z } from "zod";
import { giveUpAdmin } from "@/lib/auth/change-role";
import { listAdminUsers } from "@/lib/auth/manage-users";
import { ok, type Result } from "@/lib/auth/model/errors";
import * as schemas from "@/lib/auth/model/schemas";
import { updateProfile } from "@/lib/auth/update-profile";
import { env } from "@/lib/env";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { admitting, type PathParams, type Routes } from "@/lib/wire/router";
import type { User } from "@/prisma/client/client";
import { parseStrict } from "./body";
import { adminIdOf } from "./claims";
import { echo, medusaError } from "./errors";
import { refuseCaller } from "./owing";
import { type Caller, findCaller } from "./session";

/** A call to a route for admins. */
export type AdminCall = ApiCall<PathParams>;

export const ADMIN = "user";
const MOST_PER_PAGE = 100;
const ADMINS_PER_PAGE = 50;
const text = schemas.name.nullish();
export const Change = z.strictObject({ first_name: text, last_name: text });

/** The page of a list that a request asks for; of `usual` entries if it names no `limit`. */
export function pageOf({ searchParams }: URL, usual: number): { offset: number; limit: number } {
  const Page = z.object({
    offset: z.coerce.number().int().min(0).catch(0),
    limit: z.coerce.number().int().min(1).max(MOST_PER_PAGE).catch(usual),
  });
  return Page.parse(Object.fromEntries(searchParams));
}

/** Makes handlers that answer admins. It refuses an admin's token that speaks for another actor. */
export const forAdmin = admitting<Caller>(async (call) => {
  const caller = await findCaller(call);
  return caller?.actorType === ADMIN && isAdmin(caller) ? ok(caller) : refuseCaller(call);
});

export function isAdmin({ principal }: Caller): boolean {
  return principal.roles.includes("admin");
}

/** An admin in the contract's shape: `first_name` is the first word of the name, `last_name` the rest. */
export function shownUser(user: User) {
  const { first, last } = namesOf(user);
  const avatar = user.image && new URL(user.image, env().APP_URL).href;
  const names = { first_name: first, last_name: last, avatar_url: avatar };
  const times = { created_at: user.createdAt, updated_at: user.updatedAt, deleted_at: null };
  return { id: adminIdOf(user), email: user.email, ...names, metadata: null, ...times };
}

function namesOf({ name }: User): { first: string | null; last: string | null } {
  const [first = null, ...rest] = name?.split(" ") ?? [];
  return { first, last: rest.join(" ") || null };
}

/** `GET /admin/users/me`. */
async function readMe(_: AdminCall, { user }: Caller): Promise<Result<Response>> {
  return ok(json(200, { user: shownUser(user) }));
}

/** `GET /admin/users`: the admins, oldest first. `q` is part of an address or name; `email` and `id` must match whole. */
async function list(call: AdminCall, { principal }: Caller): Promise<Result<Response>> {
  const listed = await listAdminUsers(principal);
  if (!listed.ok) return listed;
  const query = call.url.searchParams;
  const [q, email, ids] = [query.get("q"), query.get("email"), [...query.getAll("id"), ...query.getAll("id[]")]];
  const found = listed.value.filter(
    (user) =>
      (!q || `${user.email}\n${user.name ?? ""}`.toLowerCase().includes(q.toLowerCase())) &&
      (email === null || email === user.email) &&
      (ids.length === 0 || ids.includes(adminIdOf(user))),
  );
  const { offset, limit } = pageOf(call.url, ADMINS_PER_PAGE);
  const users = found.slice(offset, offset + limit).map(shownUser);
  return ok(json(200, { users, count: found.length, offset, limit }));
}

/** `GET /admin/users/[id]`: shows an admin. */
async function read(call: AdminCall, { principal }: Caller): Promise<Result<Response>> {
  const listed = await listAdminUsers(principal);
  if (!listed.ok) return listed;
  const { id = "" } = call.params;
  const user = listed.value.find((one) => adminIdOf(one) === id);
  if (user) return ok(json(200, { user: shownUser(user) }));
  return medusaError("not_found", `User with id: ${echo(id)} was not found`);
}

/** `POST /admin/users/[id]`: changes the caller's own name. */
async function change(call: AdminCall, { user, principal }: Caller): Promise<Result<Response>> {
  if (call.params.id !== adminIdOf(user)) return medusaError("not_allowed", `${NOT_ALLOWED} change other users`);
  const input = parseStrict(Change, call.body);
  if (!input.ok) return input;
  const known = namesOf(user);
  const { first_name: first = known.first, last_name: last = known.last } = input.value;
  const name = schemas.name.safeParse([first, last].filter(Boolean).join(" "));
  if (!name.success) return medusaError("invalid_data", name.error.issues[0]?.message ?? "");
  const changed = await updateProfile(principal, { name: name.data });
  return changed.ok ? ok(json(200, { user: shownUser({ ...user, name: name.data }) })) : changed;
}

/**
 * `DELETE /admin/users/[id]`: takes the caller's role and keeps the account, as the original does. It needs a proof of the last
 * ten minutes.
 */
async function remove(call: AdminCall, { user, principal }: Caller): Promise<Result<Response>> {
  const id = adminIdOf(user);
  if (call.params.id !== id) return medusaError("not_allowed", `${NOT_ALLOWED} delete other users`);
  const given = await giveUpAdmin(principal);
  return given.ok ? ok(json(200, { id, object: "user", deleted: true })) : given;
}

const NOT_ALLOWED = "You are not allowed to";

export const ADMIN_USER_ROUTES: Routes = {
  "GET admin/users": forAdmin(list),
  "GET admin/users/me": forAdmin(readMe),
  "GET admin/users/[id]": forAdmin(read),
  "POST admin/users/[id]": forAdmin(change),
  "DELETE admin/users/[id]": forAdmin(remove),
};
