import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Principal } from "@/lib/auth/model/principal";
import { findUserById } from "@/lib/auth/store/users";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import type { PathParams } from "@/lib/wire/router";
import type { User } from "@/prisma/client/client";
import { strapiError } from "./errors";
import { fits, listOf } from "./query";
import { roleOf } from "./roles";
import { requirePrincipal } from "./session";
import type { StrapiSettings } from "./settings";
import { showUser } from "./user";

// Strapi's routes of users, for the caller alone: they do not even tell whether another user exists.

export type Caller = { principal: Principal; user: User };
export type UserCall = ApiCall<PathParams>;

const UNKNOWN_QUERY = "Filter by fields of the user, with $eq, $ne, $in, $contains and the like.";

/** `GET /users/me`, with `?populate=role` and `?fields=`. */
export function me(call: UserCall, settings: StrapiSettings): Promise<Result<Response>> {
  return asCaller(call, async ({ user }) => ok(json(200, await shape(user, call.url, settings))));
}

/** `GET /users/[id]`. */
export function findOne(call: UserCall, settings: StrapiSettings): Promise<Result<Response>> {
  return asNamed(call, async ({ user }) => ok(json(200, await shape(user, call.url, settings))));
}

/** `GET /users`: a list of the caller alone, if the filters match. */
export function find(call: UserCall, settings: StrapiSettings): Promise<Result<Response>> {
  return asCaller(call, async ({ user }) => {
    const found = fits(await showUser(user, settings), call.url);
    if (found === null) return strapiError("ValidationError", UNKNOWN_QUERY);
    const isFirstPage = Number(call.url.searchParams.get("pagination[page]") ?? 1) <= 1;
    return ok(json(200, found && isFirstPage ? [await shape(user, call.url, settings)] : []));
  });
}

/** `GET /users/count`. */
export function count(call: UserCall, settings: StrapiSettings): Promise<Result<Response>> {
  return asCaller(call, async ({ user }) => {
    const found = fits(await showUser(user, settings), call.url);
    return found === null ? strapiError("ValidationError", UNKNOWN_QUERY) : ok(json(200, Number(found)));
  });
}

/** Answers a signed-in caller, and refuses others. */
async function asCaller(
  call: UserCall,
  answer: (caller: Caller) => Promise<Result<Response>>,
): Promise<Result<Response>> {
  const principal = await requirePrincipal(call);
  if (!principal.ok) return principal;
  const user = await findUserById(principal.value.userId);
  return user ? answer({ principal: principal.value, user }) : fail("unauthenticated");
}

/** The same, if the path names the caller by number or document id. Every other id gets one answer, whether or not it exists. */
export function asNamed(
  call: UserCall,
  answer: (caller: Caller) => Promise<Result<Response>>,
): Promise<Result<Response>> {
  return asCaller(call, async (caller) => {
    const { seq, id } = caller.user;
    if (![String(seq), id].includes(call.params.id ?? "")) return strapiError("NotFoundError", "User not found");
    return answer(caller);
  });
}

async function shape(user: User, url: URL, settings: StrapiSettings): Promise<Record<string, unknown>> {
  const { id, documentId, ...rest } = await showUser(user, settings);
  const wanted = listOf(url, "fields");
  const shown = Object.entries(rest).filter(
    ([key]) => wanted.length === 0 || wanted.some((w) => w === key || w === "*"),
  );
  const populate = listOf(url, "populate");
  const role = populate.includes("role") || populate.includes("*") ? { role: roleOf(user.role) } : {};
  return { id, documentId, ...Object.fromEntries(shown), ...role };
}
