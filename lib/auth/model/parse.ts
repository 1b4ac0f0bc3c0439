import type { z } from "zod";
import { type AuthFailure, fail, type Result } from "./errors";

/** Parses untrusted parameters. The first problem of each field is its message; what is no object has no fields. */
export function parse<T extends z.ZodType>(schema: T, params: unknown): Result<z.output<T>> {
  const result = schema.safeParse(typeof params === "object" && params !== null ? { ...params } : {});
  if (result.success) return { ok: true, value: result.data };
  const fields: Record<string, string> = {};
  for (const { path, message } of result.error.issues) fields[String(path[0] ?? "form")] ??= message;
  return fail("invalid_input", { fields });
}

/** The words of a refusal: those of the one field at fault, if there is exactly one. */
export function wordsOf({ code, message, fields = {} }: AuthFailure): string {
  const [only, ...others] = Object.values(fields);
  return code === "invalid_input" && only && others.length === 0 ? only : message;
}
