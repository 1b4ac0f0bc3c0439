import { preparePasswordChange } from "@/lib/auth/change-password";
import { forgotPassword } from "@/lib/auth/forgot-password";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import * as schemas from "@/lib/auth/model/schemas";
import { startRefreshing } from "@/lib/auth/refresh-session";
import { resetPassword } from "@/lib/auth/reset-password";
import type { PreparedChange } from "@/lib/auth/steps/change-as-one";
import type { NewSession } from "@/lib/auth/store/sessions";
import { findUserById } from "@/lib/auth/store/users";
import { transact } from "@/lib/db/transact";
import { links } from "@/lib/routes";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { strapiLinks, tokenOfCode } from "./links";
import { answerSignIn, handOver, requirePrincipal, sessionFor } from "./session";
import type { StrapiSettings } from "./settings";
import { validate } from "./validate";

const NEW_PASSWORD = { password: "password", passwordConfirmation: "passwordConfirmation" } as const;
export const FORGOT = { email: "email" } as const;
export const RESET = { ...NEW_PASSWORD, code: "secret" } as const;
export const CHANGE = { ...NEW_PASSWORD, currentPassword: "secret" } as const;
const IS_SET = "Your new password is set.";
/** The refusal for an account that has a second factor by now, which the contract cannot ask for. */
const CHANGE_ELSEWHERE = () =>
  fail("second_factor_required", { message: `Sign in at ${links.login()} to change your password.` });

/** `POST /auth/forgot-password`: the same answer for every address. */
export async function forgot({ body, client }: ApiCall, settings: StrapiSettings): Promise<Result<Response>> {
  const validated = await validate(body, FORGOT, { strict: true, settings });
  if (!validated.ok) return validated;
  const email = schemas.email.parse(validated.value.email);
  const result = await forgotPassword({ email }, client, strapiLinks(settings));
  return result.ok ? ok(json(200, { ok: true })) : result;
}

/** `POST /auth/reset-password`. Unlike our own page, the contract signs the person in. */
export async function reset(call: ApiCall, settings: StrapiSettings): Promise<Result<Response>> {
  const { body, client } = call;
  const validated = await validate(body, RESET, { strict: true, settings });
  if (!validated.ok) return validated;
  const { code, password } = validated.value;
  const input = { token: tokenOfCode(code) ?? "", newPassword: password, session: sessionFor(settings) };
  const result = await resetPassword(input, client);
  if (!result.ok) return result;
  const { session } = result.value;
  if (!session) return fail("unauthenticated");
  const answer = await answerSignIn(call, session, settings);
  return answer.ok ? answer : fail(answer.error.code, { message: `${IS_SET} ${answer.error.message}` });
}

/** `POST /auth/change-password`. Every other session ends, and the token of this request stops working. */
export async function change(call: ApiCall, settings: StrapiSettings): Promise<Result<Response>> {
  const principal = await requirePrincipal(call);
  if (!principal.ok) return principal;
  const validated = await validate(call.body, CHANGE, { strict: true, settings });
  if (!validated.ok) return validated;
  const { currentPassword, password } = validated.value;
  const input = { currentPassword, newPassword: password };
  const prepared = await preparePasswordChange(principal.value, input, call.client);
  const result = prepared.ok ? await transact(() => changeAndHandOver(prepared.value, settings)) : prepared;
  if (!result.ok) return result.error.code === "second_factor_required" ? CHANGE_ELSEWHERE() : result;
  const user = await findUserById(principal.value.userId);
  if (!user) return fail("unauthenticated");
  return ok(await handOver(call, user, { ...principal.value, ...result.value }, settings));
}

/** Changes the password and replaces the session's refresh token, of which a thief may have a copy. */
async function changeAndHandOver(change: PreparedChange<NewSession>, { jwtManagement }: StrapiSettings) {
  const changed = await change();
  if (!changed.ok) return changed;
  const handed = jwtManagement === "refresh" ? await startRefreshing(changed.value) : null;
  return ok({ ...changed.value, handed });
}
