import { ok, type Result } from "@/lib/auth/model/errors";
import * as schemas from "@/lib/auth/model/schemas";
import { env } from "@/lib/env";
import type { JsonObject } from "@/lib/wire/read-json";
import { strapiError } from "./errors";
import type { StrapiSettings } from "./settings";

/** A refusal repeats the value of `text`, `username` and `email`, and never of the others. */
export type Kind = "text" | "username" | "email" | "secret" | "password" | "passwordConfirmation";
type Problem = { path: string[]; message: string; name: "ValidationError"; value?: unknown };

export const MAX_ECHO = 100;
export const MAX_TEXT = 1_000;
export const MIN_USERNAME = 3;
export const MAX_USERNAME = 100;

/**
 * The fields of a body, each a text that is not empty, or the refusal in the words of Strapi's validator. `strict` refuses
 * other fields. `address` is the person's own, where the body's is a wish.
 */
export async function validate<Fields extends Record<string, Kind>>(
  body: JsonObject,
  fields: Fields,
  { strict = false, address = body.email, settings }: { strict?: boolean; address?: unknown; settings: StrapiSettings },
): Promise<Result<Record<keyof Fields, string>>> {
  const problems: Problem[] = [];
  for (const [field, kind] of Object.entries(fields)) {
    const shown = kind === "text" || kind === "username" || kind === "email";
    const message =
      typeProblem(field, body[field], shown) ?? (await kindProblem(field, kind, { body, address, settings }));
    if (message) problems.push({ path: [field], message, name: "ValidationError", ...(shown && echo(body[field])) });
  }
  const unknown = strict ? Object.keys(body).filter((key) => !Object.hasOwn(fields, key)) : [];
  if (unknown.length > 0) {
    const message = `this field has unspecified keys: ${unknown.join(", ").slice(0, MAX_ECHO)}`;
    problems.push({ path: [], message, name: "ValidationError" });
  }
  const [first] = problems;
  if (!first) return ok(body as Record<keyof Fields, string>);
  const message = problems.length === 1 ? first.message : `${problems.length} errors occurred`;
  return strapiError("ValidationError", message, { errors: problems });
}

function typeProblem(field: string, value: unknown, shown: boolean): string | undefined {
  if (value === undefined || value === null || value === "") return `${field} is a required field`;
  if (typeof value === "string") return undefined;
  const message = `${field} must be a \`string\` type`;
  return shown
    ? `${message}, but the final value was: \`${JSON.stringify(value).slice(0, MAX_ECHO)}\`.`
    : `${message}.`;
}

async function kindProblem(
  field: string,
  kind: Kind,
  { body, address, settings }: { body: JsonObject; address: unknown; settings: StrapiSettings },
): Promise<string | undefined> {
  const value = String(body[field]);
  if (value.length > MAX_TEXT) return `${field} must be at most ${MAX_TEXT} characters`;
  if (kind === "email" && !schemas.email.safeParse(value).success) return `${field} must be a valid email`;
  if (kind === "username") return usernameProblem(field, value, address);
  if (kind === "password") return passwordProblem(field, value, settings);
  if (kind === "passwordConfirmation" && value !== body.password) return "Passwords do not match";
  return undefined;
}

function usernameProblem(field: string, value: string, address: unknown): string | undefined {
  if (value.length < MIN_USERNAME) return `${field} must be at least ${MIN_USERNAME} characters`;
  if (value.length > MAX_USERNAME) return `${field} must be at most ${MAX_USERNAME} characters`;
  // A person with another's address as username would keep its owner from registering, and receive the owner's sign-ins.
  if (value.includes("@") && !isSameAddress(value, address)) return `${field} must not be an address that is not yours`;
  // A name from which these characters were removed could look like another person's.
  return schemas.name.parse(value) === value ? undefined : `${field} holds characters that cannot be part of it`;
}

/** Whether both are the same address, without regard to case. */
export function isSameAddress(one: unknown, other: unknown): boolean {
  const [a, b] = [schemas.email.safeParse(one), schemas.email.safeParse(other)];
  return a.success && b.success && a.data === b.data;
}

/** Checks the length and the site's own rule. The story checks the rest, because it knows the account. */
async function passwordProblem(
  field: string,
  value: string,
  { validatePassword }: StrapiSettings,
): Promise<string | undefined> {
  const { PASSWORD_MIN_LENGTH } = env();
  if ([...value].length < PASSWORD_MIN_LENGTH) return `${field} must be at least ${PASSWORD_MIN_LENGTH} characters`;
  try {
    return (await validatePassword?.(value)) === false ? "Password validation failed." : undefined;
  } catch (error) {
    const { message }: { message?: unknown } = Object(error);
    return typeof message === "string" && message ? message : "An error occurred.";
  }
}

function echo(value: unknown) {
  return { value: typeof value === "string" ? value.slice(0, MAX_ECHO) : value };
}
