import type { AuthFailure } from "@/lib/auth/model/errors";
import type { PasswordConfig } from "./password-config";

type Rule = PasswordConfig["validatePassword"];

/** What the config's own rule says against a password, or nothing. A rule may also throw what it has to say. */
export async function ruleProblem(rule: Rule, password: string): Promise<string | undefined> {
  if (!rule) return undefined;
  try {
    if (!("~standard" in rule)) return await rule(password);
    const { issues } = await rule["~standard"].validate(password);
    return issues?.map(({ message }) => message).join(", ");
  } catch (error) {
    return error instanceof Error ? error.message : undefined;
  }
}

/** A refusal of the core's that the contract has no name for, in words for the form. */
export function inWords({ message, fields = {}, retryAfter }: AuthFailure) {
  return { type: "validation_error", message: Object.values(fields)[0] ?? message, retryAfter } as const;
}

/** What was typed, as a config may see it: some draw every field back into the page, so no password is in it. */
export function withoutPasswords(form: FormData | undefined): FormData | undefined {
  if (!form) return undefined;
  const shown = new FormData();
  for (const [name, value] of form) if (name !== "password" && name !== "repeat") shown.append(name, value);
  return shown;
}

/** The answer to an attempt too many: what the form shows, with the status and the wait that machines look at. */
export async function limited(answer: Promise<Response>, retryAfter: number | undefined): Promise<Response> {
  const response = await answer;
  if (!retryAfter) return response;
  const headers = new Headers(response.headers);
  headers.set("retry-after", String(retryAfter));
  return new Response(response.body, { status: 429, headers });
}
