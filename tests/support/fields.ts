import { type ProfileValues, profileOf } from "@/lib/auth/model/profile";
import { PROFILE_FIELDS, type ProfileField } from "@/lib/auth/model/profile-fields";
import { db } from "@/lib/db";

/** For a field that accepts none of the examples below: two values, by its column. */
const OWN: Record<string, [string, string]> = {};

const BY_TYPE: Record<NonNullable<ProfileField["input"]["type"]> | "text", [string, string]> = {
  text: ["First Example", "Second Example"],
  tel: ["+49 30 123451", "+49 30 123452"],
  url: ["https://example.com/first", "https://example.com/second"],
  date: ["1991-01-31", "1992-02-28"],
};

const exampleOf = (which: 0 | 1) => (field: ProfileField) => {
  const value = (OWN[field.column] ?? BY_TYPE[field.input.type ?? "text"])[which];
  if (field.schema.safeParse(value).data !== value)
    throw new Error(`Give OWN in tests/support/fields.ts two values of ${field.column}: its schema refuses “${value}”`);
  return [field.column, value] as const;
};

/** Two values for each field of a person. */
export const FIRST: Record<string, string> = Object.fromEntries(PROFILE_FIELDS.map(exampleOf(0)));
export const SECOND: Record<string, string> = Object.fromEntries(PROFILE_FIELDS.map(exampleOf(1)));

export const COLUMNS = PROFILE_FIELDS.map(({ column }) => column);
/** Each field, blank. */
export const BLANK = Object.fromEntries(COLUMNS.map((column) => [column, " "]));

/** The fields of the person with this address, from their row. */
export async function storedFields(email: string): Promise<ProfileValues> {
  return profileOf(await db.user.findUniqueOrThrow({ where: { email } }));
}
