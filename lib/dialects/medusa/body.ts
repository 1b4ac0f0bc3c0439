import type { z } from "zod";
import { ok, type Result } from "@/lib/auth/model/errors";
import type { JsonObject } from "@/lib/wire/read-json";
import { echo, medusaError } from "./errors";

/** Parses a body by a strict schema, or answers in Medusa's own words what is wrong with it. */
export function parseStrict<T extends z.ZodType>(schema: T, body: JsonObject): Result<z.output<T>> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  return medusaError("invalid_data", `Invalid request: ${issue ? wordsFor(issue, body) : "Body is not valid"}`);
}

function wordsFor(issue: z.core.$ZodIssue, body: JsonObject): string {
  if (issue.code === "unrecognized_keys") return `Unrecognized fields: '${issue.keys.map(echo).join(", ")}'`;
  const field = issue.path.join(", ");
  const value = body[String(issue.path[0])];
  if (value === undefined) return `Field '${field}' is required`;
  return issue.code === "invalid_type"
    ? `Expected type: '${issue.expected}' for field '${field}', got: '${shown(value)}'`
    : `${issue.message} (field '${field}')`;
}

/** A value for an error message. An object is only called one, because its `toString` may return anything. */
function shown(value: unknown): string {
  return typeof value === "object" ? "object" : echo(String(value));
}
