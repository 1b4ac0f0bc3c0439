import { z } from "zod";
import { ok, type Refusal, type Result } from "@/lib/auth/model/errors";
import { parse } from "@/lib/auth/model/parse";
import * as schemas from "@/lib/auth/model/schemas";
import { changeUserByOperator, deleteUserByOperator } from "@/lib/auth/operator/change-user";
import { createUserByOperator } from "@/lib/auth/operator/create-user";
import { Metadata } from "@/lib/auth/steps/merge-metadata";
import { findUserById, listUsersFrom } from "@/lib/auth/store/users";
import { env } from "@/lib/env";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import type { PathParams } from "@/lib/wire/router";
import type { User } from "@/prisma/client/client";
import { AUDIENCE } from "../claims";
import { Email } from "../email";
import { reword, supabaseError } from "../errors";
import { readMetadata, readNewProfile } from "../metadata";
import { userObject } from "../user-object";

export type Call = ApiCall<PathParams>;

const PER_PAGE = 50;
const MOST_PER_PAGE = 100;
const END_OF_BANS = "9999-12-31T00:00:00Z";
const NO_END = 'Bans here have no end: use "876000h" to ban, and "none" to lift a ban.';
const TAKEN = "A user with this email address has already been registered";
/** A ban without end. The original's documents write it as a hundred years. */
const FOR_EVER = /^[0-9]{6,}h$/;
/** The original's attributes that exist here. Another one is refused, not ignored. */
export const Changes = z.strictObject({
  email: Email.optional(),
  email_confirm: z.boolean().optional(),
  password: schemas.newPassword.optional(),
  user_metadata: schemas.metadata.optional(),
  app_metadata: schemas.metadata.optional(),
  ban_duration: z.union([z.literal("none"), z.string().regex(FOR_EVER)], NO_END).optional(),
});
export const NewUser = Changes.omit({ ban_duration: true }).extend({ email: Email });
const Count = z
  .string()
  .regex(/^[0-9]{1,6}$/, "page and per_page must be whole numbers")
  .transform((digits) => Math.max(1, Number(digits)));
export const Paging = z.object({ page: Count.default(1), per_page: Count.default(PER_PAGE) });

/** `POST /admin/users`. */
export async function createUser(call: Call, by: string): Promise<Result<Response>> {
  const input = parse(NewUser, call.body);
  if (!input.ok) return input;
  const { email, password, email_confirm: confirmed = false, user_metadata, app_metadata } = input.value;
  const profile = readNewProfile(user_metadata, "change");
  if (!profile.ok) return profile;
  const appMetadata = Metadata.parse(app_metadata ?? {});
  const created = await createUserByOperator({ ...profile.value, email, password, confirmed, appMetadata }, by);
  return created.ok ? answer(created.value) : inAdminWords(call, created);
}

/** `GET /admin/users?page=&per_page=`: the newest first. */
export async function listUsers({ url }: Call): Promise<Result<Response>> {
  const input = parse(Paging, Object.fromEntries([...url.searchParams].filter(([, value]) => value !== "")));
  if (!input.ok) return input;
  const [page, perPage] = [input.value.page, Math.min(input.value.per_page, MOST_PER_PAGE)];
  const { total, users } = await listUsersFrom({ skip: (page - 1) * perPage, take: perPage });
  const objects = [];
  for (const user of users) objects.push(await adminObject(user));
  const last = Math.max(1, Math.ceil(total / perPage));
  const link = (at: number, rel: string) =>
    `<${env().APP_URL}/auth/v1/admin/users?page=${at}&per_page=${perPage}>; rel="${rel}"`;
  const links = [...(page < last ? [link(page + 1, "next")] : []), link(last, "last")].join(", ");
  return ok(json(200, { users: objects, aud: AUDIENCE }, { "x-total-count": String(total), link: links }));
}

/** `GET /admin/users/{id}`. */
export async function readUser(call: Call): Promise<Result<Response>> {
  const user = await findUserById(call.params.id ?? "");
  return user ? answer(user) : notFound(call);
}

/** `PUT /admin/users/{id}`. */
export async function changeUser(call: Call, by: string): Promise<Result<Response>> {
  const { id = "" } = call.params;
  const input = parse(Changes, call.body);
  if (!input.ok) return input;
  const { email, email_confirm: confirmed, password, user_metadata, app_metadata, ban_duration } = input.value;
  if (!(await findUserById(id))) return notFound(call);
  const read = readMetadata(user_metadata, "change");
  if (!read.ok) return read;
  const disabled = ban_duration && ban_duration !== "none";
  const metadata = user_metadata && read.value;
  const given = { email, confirmed, password, appMetadata: app_metadata, metadata };
  const changed = await changeUserByOperator(
    id,
    { ...given, ...(ban_duration && { disabled: Boolean(disabled) }) },
    by,
  );
  return changed.ok ? answer(changed.value) : inAdminWords(call, changed);
}

/** `DELETE /admin/users/{id}`. */
export async function deleteUser(call: Call, by: string): Promise<Result<Response>> {
  if (call.body.should_soft_delete === true)
    return supabaseError(call.request, "validation_failed", "Users are not deleted softly here: ban them instead");
  const deleted = await deleteUserByOperator(call.params.id ?? "", by);
  return deleted.ok ? ok(json(200, {})) : inAdminWords(call, deleted);
}

/** A user as operators see them. It is confirmed only if the address was proved, or an operator vouched for it. */
export async function adminObject(user: User) {
  const banned = user.disabledAt && { banned_until: END_OF_BANS };
  return { ...(await userObject(user, null, user.emailVerified)), ...banned };
}

async function answer(user: User): Promise<Result<Response>> {
  return ok(json(200, await adminObject(user)));
}

export function notFound({ request }: Call): Refusal {
  return supabaseError(request, "user_not_found");
}

/** The refusals that Supabase words differently for operators. */
export function inAdminWords({ request }: Call, refusal: Refusal): Refusal {
  return reword(request, refusal, { not_found: ["user_not_found"], user_exists: ["email_exists", TAKEN] });
}
