import { unstable_rethrow } from "next/navigation";
import type { z } from "zod";
import { type AuthFailure, fail, type Result } from "@/lib/auth/errors";
import { HashQueueFull } from "@/lib/auth/password-hash";
import { isUnavailable } from "@/lib/database/outage";
import { log } from "@/lib/log";
import type { AuthActionResponse } from "./contract";

const BUSY_SECONDS = 5;

/** Parses untrusted parameters. The first problem of each field is its message; what is no object has no fields. */
export function parse<T extends z.ZodType>(schema: T, params: unknown): Result<z.output<T>> {
  const result = schema.safeParse(typeof params === "object" && params !== null ? { ...params } : {});
  if (result.success) return { ok: true, value: result.data };
  const fields: Record<string, string> = {};
  for (const { path, message } of result.error.issues) fields[String(path[0] ?? "form")] ??= message;
  return fail("invalid_input", { fields });
}

/**
 * Turns what nobody expects into an answer, because provider methods always resolve: too many hashes waiting into
 * `busy`, anything else (the database, as a rule) into `unavailable`, logged.
 */
export async function settled<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (error) {
    // Next steers by throwing: redirects, and "this page is dynamic" while building.
    unstable_rethrow(error);
    if (error instanceof HashQueueFull) return fail("busy", { retryAfter: BUSY_SECONDS });
    // An outage is logged where it is noticed, once.
    if (!isUnavailable(error)) log.error({ err: error }, "request failed");
    return fail("unavailable");
  }
}

/** A refusal in refine's shape. The message is that of the one field at fault, if it is only one. */
export function refusal(name: string, { code, message, fields, retryAfter }: AuthFailure): AuthActionResponse {
  const [only, ...others] = Object.values(fields ?? {});
  const words = code === "invalid_input" && only && others.length === 0 ? only : message;
  return { success: false, error: { name, message: words }, code, fields, retryAfter };
}
