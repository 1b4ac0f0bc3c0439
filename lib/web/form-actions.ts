import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import type { z } from "zod";
import { type AuthErrorCode, fail, ok, type Refusal, type Result } from "@/lib/auth/model/errors";
import { parse, wordsOf } from "@/lib/auth/model/parse";
import type { Client, Holder, Principal } from "@/lib/auth/model/principal";
import { PROFILE_COLUMNS } from "@/lib/auth/model/profile";
import { currentClient } from "./current-client";
import { currentHolder, currentPrincipal } from "./current-principal";
import { type FormAction, type FormState, type PasskeyCeremony, PERSON_FIELD } from "./form-state";
import { settle } from "./settle";

/** Secrets that people type. They are never sent back to the browser. */
const SECRET = /password|token|code/i;
/** A profile field is no secret, even if its name looks like one: a postcode, for example. */
const PUBLIC: readonly string[] = PROFILE_COLUMNS;
const MAX_ECHO = 2_000;
/** Refusals that say that the page shows what is no longer so. */
const GONE: readonly AuthErrorCode[] = [
  ...(["not_found", "forbidden", "unauthenticated"] as const),
  ...(["last_sign_in_method", "last_factor", "last_admin"] as const),
];

/** The text fields of a form, without files and the framework's own fields. Of two with one name the first counts. */
export function formValues(form: unknown): Record<string, string> {
  const values: Record<string, string> = {};
  if (!(form instanceof FormData)) return values;
  for (const [key, value] of form) if (typeof value === "string" && !key.startsWith("$")) values[key] ??= value;
  return values;
}

type Work<Caller, T extends z.ZodType> = (
  caller: Caller,
  input: z.output<T>,
  client: Client,
) => Promise<Result<FormDone>>;

/**
 * The result of a form's work: words for the person, and where to go next. `leaveTo` is on another site: the policy's
 * form-action forbids to redirect a form there, so the page navigates itself.
 */
export type FormDone = {
  message?: string;
  redirectTo?: string;
  leaveTo?: string;
  recoveryCodes?: string[];
  ceremony?: PasskeyCeremony;
};

/** The words of a form whose work is done, or its refusal. */
export function withMessage(result: Result<unknown>, message: string): Result<FormDone> {
  return result.ok ? ok({ message }) : result;
}

/**
 * A form's action for the signed-in person. It checks who is calling before it reads anything, because anyone can post to an
 * action from outside its page. Signed out: to /login. Pages are drawn anew after a change, and where they show what is gone.
 * @param story the action's name in words, for those who watch the site
 */
export function signedInAction<T extends z.ZodType>(story: string, schema: T, work: Work<Principal, T>): FormAction {
  return calledBy(currentPrincipal, story, schema, work);
}

/** The same for a session that may still owe a factor. */
export function holderAction<T extends z.ZodType>(story: string, schema: T, work: Work<Holder, T>): FormAction {
  return calledBy(currentHolder, story, schema, work);
}

/**
 * A refusal, if the form stands on the page of another user, who was signed in here before. Null without that field. @public: for
 * routes of yours that take forms.
 */
export function refuseOthersForm(form: unknown, { userId, email }: Pick<Holder, "userId" | "email">): Refusal | null {
  const person = form instanceof FormData ? form.get(PERSON_FIELD) : null;
  if (!person || person === userId) return null;
  return fail("unauthenticated", {
    message: `You are signed in as ${email} now, so nothing was changed. Send this again only if you mean that account.`,
  });
}

function calledBy<Caller extends Holder, T extends z.ZodType>(
  find: () => Promise<Caller | null>,
  story: string,
  schema: T,
  work: Work<Caller, T>,
): FormAction {
  return async (_, form) => {
    const values = formValues(form);
    const caller = await settle(async () => ({ ok: true, value: await find() }));
    if (caller.ok && !caller.value) redirect("/login?message=session-ended");
    const result = await settle(async () => {
      if (!caller.ok || !caller.value) return caller as Result<never>;
      const refusal = refuseOthersForm(form, caller.value);
      if (refusal) return refusal;
      const input = parse(schema, values);
      return input.ok ? work(caller.value, input.value, await currentClient()) : input;
    }, story);
    const isStale = result.ok ? (result.value.message ?? result.value.redirectTo) : GONE.includes(result.error.code);
    if (isStale) refresh();
    return finish(result, values);
  };
}

/** The same for a visitor. */
export function visitorAction<T extends z.ZodType>(
  story: string,
  schema: T,
  work: (input: z.output<T>, client: Client) => Promise<Result<FormDone>>,
): FormAction {
  return async (_, form) => {
    const values = formValues(form);
    const result = await settle(async () => {
      const input = parse(schema, values);
      return input.ok ? work(input.value, await currentClient()) : input;
    }, story);
    return finish(result, values);
  };
}

function finish(result: Result<FormDone>, values: Record<string, string>): FormState {
  if (!result.ok) {
    const { code, fields, retryAfter } = result.error;
    return formState({ status: "error", message: wordsOf(result.error), code, fields, retryAfter }, values);
  }
  if (result.value.redirectTo) redirect(result.value.redirectTo);
  const { message, leaveTo, recoveryCodes, ceremony } = result.value;
  return { status: "success", message, leaveTo, recoveryCodes, ceremony };
}

/** What a form shows: the message, and what was typed, without secrets. */
export function formState(state: Omit<FormState, "values">, typed: Record<string, string>): FormState {
  const isShown = (key: string) => PUBLIC.includes(key) || !SECRET.test(key);
  const entries = Object.entries(typed).filter(([key, value]) => isShown(key) && value.length <= MAX_ECHO);
  return { ...state, values: Object.fromEntries(entries) };
}
