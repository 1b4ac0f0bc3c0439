import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { apiFieldsOf, type ProfileValues, takeApiFields } from "@/lib/auth/model/profile";
import { NewProfile } from "@/lib/auth/model/registration";
import * as schemas from "@/lib/auth/model/schemas";
import type { Prisma, User } from "@/prisma/client/client";

/**
 * Takes apart what a client keeps with a person (`data`): the person's own fields, and all else. Supabase's clients write a
 * name as `full_name` as often as `name`: both are the name.
 * @returns `invalid_input` with the words for each.
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

/** `user_metadata`: what the client keeps, and the person's fields as they are now. */
export function metadataOf(user: User | NewProfile) {
  const fields = apiFieldsOf(user);
  return { ...Object(user.userMetadata), ...(fields.name && { full_name: fields.name }), ...fields };
}
