import type { AuthFailure } from "@/lib/auth/model/errors";
import type { PasswordConfig } from "./password-config";

type Rule = PasswordConfig["validatePassword"];

/** The problem that the config's own rule finds in a password, or undefined. A rule may return it or throw it. */
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

/** A refusal of the core that the contract has no name for, with a message for the form. */
export function inWords({ message, fields = {}, retryAfter }: AuthFailure) {
  return { type: "validation_error", message: Object.values(fields)[0] ?? message, retryAfter } as const;
}

/** The typed values for a config, without passwords, because some configs draw every field back into the page. */
export function withoutPasswords(form: FormData | undefined): FormData | undefined {
  if (!form) return undefined;
  const shown = new FormData();
  for (const [name, value] of form) if (name !== "password" && name !== "repeat") shown.append(name, value);
  return shown;
}

/** The form's answer; past a limit with the status 429 and `Retry-After`, which programs read. */
export async function limited(answer: Promise<Response>, retryAfter: number | undefined): Promise<Response> {
  const response = await answer;
  if (!retryAfter) return response;
  const headers = new Headers(response.headers);
  headers.set("retry-after", String(retryAfter));
  return new Response(response.body, { status: 429, headers });
}
