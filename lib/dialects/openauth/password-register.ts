import { z } from "zod";
import { confirmCode, resendCode } from "@/lib/auth/confirm-email";
import type { AuthFailure } from "@/lib/auth/model/errors";
import { parse } from "@/lib/auth/model/parse";
import { REGISTRATION_INPUTS, REGISTRATION_SHAPE } from "@/lib/auth/model/profile";
import * as schemas from "@/lib/auth/model/schemas";
import { type RegisterInput, register } from "@/lib/auth/register";
import { findVerification } from "@/lib/auth/store/verifications";
import { fieldOf } from "@/lib/wire/read-form";
import {
  type PasswordConfig,
  type PasswordRegisterError,
  type PasswordRegisterState,
  verificationLinks,
} from "./password-config";
import { proceed } from "./password-owing";
import type { FlowContext } from "./password-provider";
import { inWords, limited, ruleProblem, withoutPasswords } from "./password-rules";
import { type FlowState, flowState } from "./password-state";

const START = { type: "start" } as const;
type Id = string | undefined;
/** The flow's next step: the state, the registration, and the error. */
type Turn = { state: PasswordRegisterState; id: Id; error?: PasswordRegisterError };

/** The person's fields. None is required, because screens of your own may leave them out. */
const Fields = z.object(REGISTRATION_SHAPE).partial();

/** Draws the form; with `?code` the form for the code of this browser's registration. */
export async function getRegister(config: PasswordConfig, request: Request): Promise<Response> {
  const { id, state } = await currentTurn(request);
  if (new URL(request.url).searchParams.has("code")) return render(config, request, { id, state });
  return render(config, request, { id, state: START });
}

export async function postRegister(
  config: PasswordConfig,
  request: Request,
  form: FormData,
  context: FlowContext,
): Promise<Response> {
  const { id, state } = await currentTurn(request);
  const action = fieldOf(form, "action");
  if (action === "register" && state.type === "start") {
    const error = await formProblem(config, form);
    const turn = error ? { state, id, error } : await begin(config, form, id, context);
    return render(config, request, turn, form);
  }
  if (action === "register" && id) return render(config, request, await resend(config, id, state, context), form);
  if (action === "verify" && id && state.type === "code") {
    const code = schemas.code.safeParse(fieldOf(form, "code"));
    if (!code.success) return render(config, request, { state, id, error: { type: "invalid_code" } }, form);
    const { client, session } = context;
    const result = await confirmCode({ verificationId: id, code: code.data, session }, client);
    if (!result.ok) return render(config, request, { id, ...codeRefused(result.error, state) }, form);
    const { session: begun } = result.value;
    if (!begun) throw new Error("A registration that was to sign in did not");
    return proceed(config, request, begun, context);
  }
  return render(config, request, { state: START, id }, form);
}

async function currentTurn(request: Request): Promise<Turn> {
  const flow = flowState.read(request);
  if (flow?.flow !== "register") return { state: START, id: undefined };
  const row = await findVerification(flow.id);
  if (!row?.email) return { state: START, id: undefined };
  return { state: flow.atStart ? START : codeState(row.email), id: flow.id };
}

function codeState(email: string): PasswordRegisterState {
  return { type: "code", email, code: "", password: "" };
}

/** The first error in the form itself, in the contract's order. */
async function formProblem(config: PasswordConfig, form: FormData): Promise<PasswordRegisterError | undefined> {
  const password = fieldOf(form, "password");
  if (!schemas.email.safeParse(fieldOf(form, "email")).success) return { type: "invalid_email" };
  if (!password) return { type: "invalid_password" };
  if (password !== fieldOf(form, "repeat")) return { type: "password_mismatch" };
  const tooLong = schemas.newPassword.safeParse(password).error?.issues[0]?.message;
  const message = tooLong ?? (await ruleProblem(config.validatePassword, password)) ?? fieldProblem(form);
  return message ? { type: "validation_error", message } : undefined;
}

/** The error of the first wrong field of the person, with the field's label. */
function fieldProblem(form: FormData): string | undefined {
  const read = parse(Fields, Object.fromEntries(form));
  const problems = read.ok ? {} : read.error.fields;
  const wrong = REGISTRATION_INPUTS.find(({ name }) => problems?.[name]);
  return wrong && `${wrong.label}: ${problems?.[wrong.name]}`;
}

async function begin(config: PasswordConfig, form: FormData, id: Id, { client }: FlowContext): Promise<Turn> {
  const email = schemas.email.parse(fieldOf(form, "email"));
  const profile = Fields.parse(Object.fromEntries(form));
  const input: RegisterInput = { email, password: fieldOf(form, "password") ?? "", profile, pendingId: id };
  const policy = { proof: "always", taken: "told" } as const;
  const result = await register(input, client, verificationLinks(config), policy);
  if (!result.ok) {
    const taken = result.error.code === "user_exists";
    return { state: START, id, error: taken ? { type: "email_taken" } : inWords(result.error) };
  }
  if (result.value.status !== "pending") throw new Error("A registration that must be proved was not asked to be");
  return { state: codeState(email), id: result.value.verificationId };
}

/** Mails another code. Past the limit of mails the former code still works, so the screen stays as it is. */
async function resend(
  config: PasswordConfig,
  id: string,
  state: PasswordRegisterState,
  { client }: FlowContext,
): Promise<Turn> {
  const result = await resendCode(id, client, verificationLinks(config));
  return result.ok || result.error.code === "too_many_attempts" ? { state, id } : { state: START, id };
}

function codeRefused(
  { code, message, retryAfter }: AuthFailure,
  state: PasswordRegisterState,
): Pick<Turn, "state" | "error"> {
  if (code === "user_exists") return { state: START, error: { type: "email_taken" } };
  // After five wrong codes or ten minutes the code never works again.
  const dead = code === "code_expired";
  return { state: dead ? START : state, error: { type: "invalid_code", ...(retryAfter && { message, retryAfter }) } };
}

async function render(
  config: PasswordConfig,
  request: Request,
  { state, id, error }: Turn,
  form?: FormData,
): Promise<Response> {
  const retryAfter = error && "retryAfter" in error ? error.retryAfter : undefined;
  const response = await limited(config.register(request, state, withoutPasswords(form), error), retryAfter);
  const next: FlowState | null = id ? { flow: "register", id, atStart: state.type === "start" } : null;
  return flowState.write(response, next);
}
