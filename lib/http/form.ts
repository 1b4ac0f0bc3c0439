import { redirect } from "next/navigation";
import type { z } from "zod";
import type { Result } from "@/lib/auth/errors";
import type { Client, Principal } from "@/lib/auth/principal";
import type { AuthActionResponse } from "@/lib/auth-provider/contract";
import { parse, refusal, settled } from "@/lib/auth-provider/respond";
import type { FormAction, FormState } from "@/lib/form-state";
import { currentClient } from "./client-info";
import { currentPrincipal } from "./principal";

/** Never sent back to the browser: what somebody typed in secret. */
const SECRET = /password|token|code/i;
const MAX_ECHO = 2_000;

/** The text fields of a form. Files, and fields of the framework, are not ours; of two with one name the first counts. */
export function formValues(form: unknown): Record<string, string> {
  const values: Record<string, string> = {};
  if (!(form instanceof FormData)) return values;
  for (const [key, value] of form) if (typeof value === "string" && !key.startsWith("$")) values[key] ??= value;
  return values;
}

/** A form's action from one of the provider's methods: call it, then go where it says or show what it said. */
export function providerAction(method: (params: unknown) => Promise<AuthActionResponse>): FormAction {
  return async (_, form) => {
    const values = formValues(form);
    const answer = await method(values);
    if (answer.success && answer.redirectTo) redirect(answer.redirectTo);
    return formState(answer, values);
  };
}

type SignedInWork<T extends z.ZodType> = (
  principal: Principal,
  input: z.output<T>,
  client: Client,
) => Promise<Result<FormDone>>;

/**
 * What a form's work came to: words for the person, and where to go if not here. `leaveTo` is on another site: a form
 * must not be redirected there (the content security policy's form-action), so its page goes there itself.
 */
export type FormDone = { message?: string; redirectTo?: string; leaveTo?: string };

/**
 * A form's action for the signed-in person. Asks who is calling before it reads anything, each time, because an action
 * can be posted to by anybody, whatever page it belongs to. Signed out: to /login.
 */
export function signedInAction<T extends z.ZodType>(schema: T, work: SignedInWork<T>): FormAction {
  return async (_, form) => {
    const values = formValues(form);
    const principal = await settled(async () => ({ ok: true, value: await currentPrincipal() }));
    if (principal.ok && !principal.value) redirect("/login?message=session-ended");
    const result = await settled(async () => {
      if (!principal.ok || !principal.value) return principal as Result<never>;
      const input = parse(schema, values);
      return input.ok ? work(principal.value, input.value, await currentClient()) : input;
    });
    return finish(result, values);
  };
}

/** The same for a visitor. */
export function visitorAction<T extends z.ZodType>(
  schema: T,
  work: (input: z.output<T>, client: Client) => Promise<Result<FormDone>>,
): FormAction {
  return async (_, form) => {
    const values = formValues(form);
    const result = await settled(async () => {
      const input = parse(schema, values);
      return input.ok ? work(input.value, await currentClient()) : input;
    });
    return finish(result, values);
  };
}

function finish(result: Result<FormDone>, values: Record<string, string>): FormState {
  if (!result.ok) return formState(refusal("Error", result.error), values);
  if (result.value.redirectTo) redirect(result.value.redirectTo);
  const { message, leaveTo } = result.value;
  return { status: "success", message, leaveTo };
}

function formState(answer: AuthActionResponse, typed: Record<string, string>): FormState {
  const { success, error, successNotification, code, fields, retryAfter } = answer;
  const entries = Object.entries(typed).filter(([key, value]) => !SECRET.test(key) && value.length <= MAX_ECHO);
  const message = success ? (successNotification?.description ?? successNotification?.message) : error?.message;
  return {
    status: success ? "success" : "error",
    message,
    code,
    fields,
    retryAfter,
    values: Object.fromEntries(entries),
  };
}
