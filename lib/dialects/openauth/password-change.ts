import * as schemas from "@/lib/auth/model/schemas";
import { confirmResetCode, sendResetCode } from "@/lib/auth/reset-by-code";
import { resetPassword } from "@/lib/auth/reset-password";
import { findVerification, findVerificationByToken } from "@/lib/auth/store/verifications";
import { env } from "@/lib/env";
import { isAllowedTarget } from "@/lib/oauth/redirects";
import { fieldOf } from "@/lib/wire/read-form";
import {
  type PasswordChangeError,
  type PasswordChangeState,
  type PasswordConfig,
  verificationLinks,
} from "./password-config";
import type { FlowContext } from "./password-provider";
import { inWords, limited, ruleProblem, withoutPasswords } from "./password-rules";
import { type FlowState, flowState } from "./password-state";

type Flow = Extract<FlowState, { flow: "change" }>;
/** The flow's next step: the browser's cookie, the state for the screen, and the error. */
type Turn = { flow: Flow; state: PasswordChangeState; error?: PasswordChangeError };

const UNKNOWN_STATE =
  "The browser was in an unknown state. Its cookie has expired, or the form was opened in another browser: start again.\n";

/** Draws the form. The flow ends at `redirect_uri`, if that is ours or in API_REDIRECT_URLS, else at the sign-in form. */
export function getChange(config: PasswordConfig, request: Request): Promise<Response> {
  const wish = new URL(request.url).searchParams.get("redirect_uri");
  const target = wish && URL.canParse(wish, env().APP_URL) ? new URL(wish, env().APP_URL).href : null;
  const redirect = target && isAllowedTarget(target) ? target : "./authorize";
  return render(config, request, toStart({ flow: "change", redirect }));
}

export async function postChange(
  config: PasswordConfig,
  request: Request,
  form: FormData,
  context: FlowContext,
): Promise<Response> {
  const flow = flowState.read(request);
  if (flow?.flow !== "change") return new Response(UNKNOWN_STATE, { status: 400 });
  const action = fieldOf(form, "action");
  if (action === "code") return render(config, request, await askForCode(config, form, flow, context), form);
  if (action === "verify" && flow.id) return render(config, request, await verify(form, flow, flow.id, context), form);
  if (action === "update" && flow.token) {
    const turn = await update(config, form, flow, flow.token, context);
    return turn ? render(config, request, turn, form) : leave(flow);
  }
  return render(config, request, toStart(flow), form);
}

function toStart({ flow, redirect }: Flow, error?: PasswordChangeError): Turn {
  return { flow: { flow, redirect }, state: { type: "start", redirect }, error };
}

function toCode({ flow, redirect }: Flow, id: string, email: string, error?: PasswordChangeError): Turn {
  return { flow: { flow, redirect, id }, state: { type: "code", email, code: "", redirect }, error };
}

async function askForCode(config: PasswordConfig, form: FormData, flow: Flow, { client }: FlowContext): Promise<Turn> {
  const email = schemas.email.safeParse(fieldOf(form, "email"));
  if (!email.success) return toStart(flow, { type: "invalid_email" });
  const input = { email: email.data, pendingId: flow.id };
  const result = await sendResetCode(input, client, verificationLinks(config));
  if (!result.ok) return toStart(flow, inWords(result.error));
  return toCode(flow, result.value.verificationId, email.data);
}

async function verify(form: FormData, flow: Flow, id: string, { client }: FlowContext): Promise<Turn> {
  const row = await findVerification(id);
  if (!row?.email) return toStart(flow, { type: "invalid_code" });
  const code = schemas.code.safeParse(fieldOf(form, "code"));
  if (!code.success) return toCode(flow, id, row.email, { type: "invalid_code" });
  const result = await confirmResetCode({ verificationId: id, code: code.data }, client);
  if (result.ok) {
    const { redirect } = flow;
    return { flow: { ...flow, id: undefined, ...result.value }, state: { type: "update", email: row.email, redirect } };
  }
  // After five wrong codes or ten minutes the code never works again.
  if (result.error.code === "code_expired") return toStart(flow, { type: "invalid_code" });
  const { message, retryAfter } = result.error;
  return toCode(flow, id, row.email, { type: "invalid_code", ...(retryAfter && { message, retryAfter }) });
}

/** Sets the password. Null when it is set, and also for an address without an account, because the answer must not tell. */
async function update(
  config: PasswordConfig,
  form: FormData,
  flow: Flow,
  token: string,
  { client }: FlowContext,
): Promise<Turn | null> {
  const row = await findVerificationByToken(token);
  if (!row?.email) return toStart(flow);
  if (!row.userId) return null;
  const state: PasswordChangeState = { type: "update", email: row.email, redirect: flow.redirect };
  const refuse = (error: PasswordChangeError): Turn => ({ flow, state, error });
  const password = fieldOf(form, "password");
  if (!password) return refuse({ type: "invalid_password" });
  if (password !== fieldOf(form, "repeat")) return refuse({ type: "password_mismatch" });
  const tooLong = schemas.newPassword.safeParse(password).error?.issues[0]?.message;
  const message = tooLong ?? (await ruleProblem(config.validatePassword, password));
  if (message) return refuse({ type: "validation_error", message });
  const result = await resetPassword({ token, newPassword: password }, client);
  if (result.ok || result.error.code === "token_invalid") return null;
  return refuse(inWords(result.error));
}

function leave({ redirect }: Flow): Response {
  return flowState.write(new Response(null, { status: 302, headers: { location: redirect } }), null);
}

async function render(
  config: PasswordConfig,
  request: Request,
  { flow, state, error }: Turn,
  form?: FormData,
): Promise<Response> {
  const retryAfter = error && "retryAfter" in error ? error.retryAfter : undefined;
  return flowState.write(await limited(config.change(request, state, withoutPasswords(form), error), retryAfter), flow);
}
