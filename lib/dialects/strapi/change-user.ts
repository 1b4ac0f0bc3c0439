import { prepareEmailChange } from "@/lib/auth/change-email";
import { deleteAccount } from "@/lib/auth/delete-account";
import { type AuthFailure, fail, ok, type Refusal, type Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import { takeApiFields } from "@/lib/auth/model/profile";
import * as schemas from "@/lib/auth/model/schemas";
import { changeAsOne, type PreparedChange } from "@/lib/auth/steps/change-as-one";
import { consume } from "@/lib/auth/store/rate-limits";
import { findUserById } from "@/lib/auth/store/users";
import { updateMetadata } from "@/lib/auth/update-profile";
import { links } from "@/lib/routes";
import { json } from "@/lib/wire/json";
import type { JsonObject } from "@/lib/wire/read-json";
import type { User } from "@/prisma/client/client";
import { strapiError } from "./errors";
import { roleOf } from "./roles";
import type { StrapiSettings } from "./settings";
import { showUser } from "./user";
import { asNamed, type Caller, type UserCall } from "./users";
import { isSameAddress, validate } from "./validate";

/** Only an operator changes these. A form may send them back unchanged. */
const FIXED = ["confirmed", "blocked", "provider"];

/**
 * `PUT /users/[id]` changes the caller's username, fields and, once the new mailbox confirms it, address. It ignores unknown
 * fields. It refuses a password, because `POST /auth/change-password` asks for the present one.
 */
export function update(call: UserCall, settings: StrapiSettings): Promise<Result<Response>> {
  return asNamed(call, async (caller) => {
    const { body } = call;
    const { user } = caller;
    const fixed = fixedProblem(body, await showUser(user, settings), user);
    if (fixed) return strapiError("ValidationError", fixed);
    const kinds = { ...(named(body, user) && USERNAME), ...(readdressed(body, user) && EMAIL) };
    const validated = await validate(body, kinds, { address: user.email, settings });
    if (!validated.ok) return validated;
    const changed = await change(call, caller, settings);
    if (!changed.ok) return refuse(changed.error);
    return ok(json(200, await showUser(changed.value, settings)));
  });
}

/** `DELETE /users/[id]`: deletes the caller's account, within ten minutes after signing in or with `currentPassword`. */
export function destroy(call: UserCall, settings: StrapiSettings): Promise<Result<Response>> {
  return asNamed(call, async ({ principal, user }) => {
    const shown = await showUser(user, settings);
    const deleted = await deleteAccount(principal, { currentPassword: currentPassword(call.body) }, call.client);
    return deleted.ok ? ok(json(200, shown)) : refuse(deleted.error);
  });
}

const USERNAME = { username: "username" } as const;
const EMAIL = { email: "email" } as const;

/** Whether the body changes the username. A form shows the address if there is no username, and sends it back as one. */
function named({ username }: JsonObject, user: User): boolean {
  return username !== undefined && username !== user.username && !isSameAddress(username, user.email);
}

function readdressed({ email }: JsonObject, user: User): boolean {
  return email !== undefined && !isSameAddress(email, user.email);
}

function fixedProblem(body: JsonObject, shown: Record<string, unknown>, user: User): string | null {
  if (Object.hasOwn(body, "password"))
    return body.password ? "Change the password with POST /api/auth/change-password" : "password.notNull";
  const other = FIXED.find((field) => Object.hasOwn(body, field) && body[field] !== shown[field]);
  if (other) return `${other} cannot be changed by its user`;
  if (!Object.hasOwn(body, "role")) return null;
  const { id } = roleOf(user.role);
  const wanted: unknown = Object(body.role).id ?? body.role;
  return String(wanted) === String(id) ? null : "role cannot be changed by its user";
}

async function change(
  { body, client }: UserCall,
  { principal, user }: Caller,
  { allowedFields }: StrapiSettings,
): Promise<Result<User>> {
  const taken = takeApiFields(body, "change");
  if (!taken.ok) return taken;
  const own = Object.entries(taken.value.rest).filter(([key]) => allowedFields.includes(key));
  const data = schemas.metadata.safeParse(Object.fromEntries(own));
  if (!data.success) return fail("invalid_input", { fields: { data: data.error.issues[0]?.message ?? "" } });
  const username = named(body, user) ? String(body.username) : undefined;
  if (username !== undefined) {
    const allowed = await consume(LIMITS.usernamePerUser, user.id);
    if (!allowed.ok) return allowed;
  }
  const changes: PreparedChange[] = [
    () => updateMetadata(principal, { fields: taken.value.fields, data: data.data, username }),
  ];
  if (readdressed(body, user)) {
    const wish = { email: schemas.email.parse(body.email), currentPassword: currentPassword(body) };
    const change = await prepareEmailChange(principal, wish, client, links);
    if (!change.ok) return change;
    changes.push(change.value);
  }
  const done = await changeAsOne(changes);
  if (!done.ok) return done;
  const changed = await findUserById(user.id);
  return changed ? ok(changed) : fail("unauthenticated");
}

function currentPassword(body: JsonObject): string | undefined {
  return typeof body.currentPassword === "string" ? body.currentPassword : undefined;
}

function refuse(error: AuthFailure): Refusal {
  if (error.code === "user_exists") return { ...strapiError("ApplicationError", "Username already taken"), error };
  const stale = error.code === "reauthentication_required" || error.code === "second_factor_required";
  return { ...(stale && strapiError("ForbiddenError", error.message)), ok: false, error };
}
