import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { apiFieldsOf, type ProfileValues, takeApiFields } from "@/lib/auth/model/profile";
import { NewProfile } from "@/lib/auth/model/registration";
import * as schemas from "@/lib/auth/model/schemas";
import type { Prisma, User } from "@/prisma/client/client";

/**
 * Splits a client's metadata of a person (`data`) into the person's own fields and the rest. Supabase's clients write the name as
 * `full_name` or as `name`.
 * @returns `invalid_input` with a message for each wrong field.
 */
export function readMetadata(
  sent: unknown,
  why: "sign-up" | "change",
): Result<{ fields: Partial<ProfileValues>; data: Prisma.JsonObject }> {
  const metadata = schemas.metadata.safeParse(sent ?? {});
  if (!metadata.success) return fail("invalid_input", { fields: { data: metadata.error.issues[0]?.message ?? "" } });
  const { full_name: fullName, ...others } = metadata.data;
  const taken = takeApiFields(fullName === undefined ? others : { name: fullName, ...others }, why);
  return taken.ok ? ok({ fields: taken.value.fields, data: taken.value.rest }) : taken;
}

/** The same for a person who is new. */
export function readNewProfile(sent: unknown, why: "sign-up" | "change"): Result<NewProfile> {
  const read = readMetadata(sent, why);
  if (!read.ok) return read;
  const { fields, data } = read.value;
  return ok({ ...fields, userMetadata: NewProfile.shape.userMetadata.parse(data) });
}

/** `user_metadata`: the client's metadata, and the person's fields as they are now. */
export function metadataOf(user: User | NewProfile) {
  const fields = apiFieldsOf(user);
  return { ...Object(user.userMetadata), ...(fields.name && { full_name: fields.name }), ...fields };
}
