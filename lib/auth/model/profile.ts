import { z } from "zod";
import type { User } from "@/prisma/client/client";
import { fail, ok, type Result } from "./errors";
import { parse } from "./parse";
import { PROFILE_FIELDS, type ProfileField, type ProviderSaid } from "./profile-fields";

// What follows from the list of fields. No other file knows which fields there are.

type Listed = (typeof PROFILE_FIELDS)[number];
type ProfileColumn = Listed["column"];
type IdentityColumn = Extract<Listed, { identity: true }>["column"];
type Field = ProfileField & { column: ProfileColumn };

/** A person's fields, as their row holds them. */
export type ProfileValues = Pick<User, ProfileColumn>;
/** Those of them that `getIdentity()` answers. */
export type IdentityFields = Pick<User, IdentityColumn>;

const FIELDS: readonly Field[] = PROFILE_FIELDS;
const ASKED = FIELDS.filter(({ registration }) => registration !== "no");
const IN_ACCOUNT = FIELDS.filter(({ account }) => account);
const IN_APIS = FIELDS.filter(({ api }) => api);
export const PROFILE_COLUMNS = FIELDS.map(({ column }) => column);
const IDENTITY_COLUMNS = FIELDS.filter(inIdentity).map(({ column }) => column);
/** What API clients call the fields that they see and set. */
export const API_COLUMNS = IN_APIS.map(({ column }) => column);

/** The fields of a user, a principal or what was sent, and nothing else of them; null where there is none. */
export function profileOf(from: Partial<ProfileValues>): ProfileValues {
  return pick(PROFILE_COLUMNS, from);
}

/** The fields that the app shows of a person. */
export function identityFieldsOf(from: ProfileValues): IdentityFields {
  return pick(IDENTITY_COLUMNS, from);
}

/** The fields that API clients are told of a person: those that have a value. */
export function apiFieldsOf(from: Partial<ProfileValues>): Record<string, string> {
  const entries = Object.entries(pick(API_COLUMNS, from));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== null));
}

/** What a provider says of a person's fields, as far as it can be stored. */
export function profileFromProvider(said: ProviderSaid): Partial<ProfileValues> {
  const taken = FIELDS.map(
    (field) => [field.column, sent(field).catch(null).parse(field.fromProvider?.(said))] as const,
  );
  return keyed(taken.filter(([, value]) => value != null));
}

/**
 * Takes the fields out of what an API client sent with a sign-up, or to change a person.
 * @returns `invalid_input`. Its words name the fields, because an API's answer shows no marked inputs.
 */
export function takeApiFields<Value>(
  sent: Record<string, Value>,
  why: "sign-up" | "change",
): Result<{ fields: Partial<ProfileValues>; rest: Record<string, Value> }> {
  const fields = parse(why === "sign-up" ? ApiSignUp : ApiChange, sent);
  if (!fields.ok) {
    const problems = Object.entries(fields.error.fields ?? {});
    return fail("invalid_input", { fields: keyed(problems.map(([name, words]) => [name, `${name}: ${words}`])) });
  }
  const rest = Object.entries(sent).filter(([key]) => !isApiField(key));
  return ok({ fields: fields.value, rest: Object.fromEntries(rest) });
}

/** Whether API clients may send this. */
export function isApiField(key: string): boolean {
  return API_COLUMNS.some((column) => column === key);
}

/** For the schema of what is sent for a new account. */
export const REGISTRATION_SHAPE = shapeOf(ASKED, atSignUp);
/** For the schema of what the form in /account changes. What is left out stays as it is. */
export const ACCOUNT_SHAPE = shapeOf(IN_ACCOUNT, atChange);
/** For schemas of fields that were stored as JSON for a while: a value that is no longer allowed counts as missing. */
export const KEPT_SHAPE = shapeOf(FIELDS, (field) => sent(field).catch(null).optional());

const ApiSignUp = z.object(shapeOf(IN_APIS, atSignUp));
const ApiChange = z.object(shapeOf(IN_APIS, atChange));

/** A field as a form shows it: plain values, which a page can hand to a client component. */
export type ProfileInput = ProfileField["input"] & { name: string; label: string; required: boolean };

/** What the page for new accounts asks, and what /account does. */
export const REGISTRATION_INPUTS = ASKED.map(inputOf);
export const ACCOUNT_INPUTS = IN_ACCOUNT.map(inputOf);

function inputOf({ column: name, label, input, registration }: Field): ProfileInput & { name: ProfileColumn } {
  return { ...input, name, label, required: registration === "required" };
}

function inIdentity(field: Field): field is Field & { column: IdentityColumn } {
  return field.identity;
}

/** Undefined where it was not sent, null where it was blank. */
function sent({ schema }: Field) {
  return z.preprocess(blankToNull, schema.nullish()).transform((text) => (text === "" ? null : text));
}

function atSignUp(field: Field) {
  return sent(field).refine((text) => field.registration !== "required" || Boolean(text), missing(field));
}

function atChange(field: Field) {
  return sent(field).refine((text) => field.registration !== "required" || text !== null, missing(field));
}

function blankToNull(value: unknown): unknown {
  return typeof value === "string" && value.trim() === "" ? null : value;
}

/** "Enter your company.", and for a label in capitals "Enter your VAT number." */
function missing({ label }: Field): string {
  return `Enter your ${label.replace(/^\p{Lu}(?!\p{Lu})/u, (letter) => letter.toLowerCase())}.`;
}

function shapeOf<Schema extends z.ZodType>(fields: readonly Field[], make: (field: Field) => Schema) {
  return keyed(fields.map((field) => [field.column, make(field)]));
}

function pick<Column extends ProfileColumn>(columns: Column[], from: Partial<Pick<User, Column>>): Pick<User, Column> {
  return keyed(columns.map((column) => [column, from[column] ?? null]));
}

/** `Object.fromEntries`, which forgets what the keys are. */
function keyed<Key extends string, Value>(entries: (readonly [Key, Value])[]): Record<Key, Value> {
  return Object.fromEntries(entries) as Record<Key, Value>;
}
