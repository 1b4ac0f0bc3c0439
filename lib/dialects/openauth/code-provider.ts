import type { CodeProviderError, CodeProviderOptions, CodeProviderState } from "@openauthjs/openauth/provider/code";
import { sendSignInCode } from "@/lib/auth/email-code/send-sign-in-code";
import { signInByCode } from "@/lib/auth/email-code/sign-in-by-mail";
import { ok, type Result } from "@/lib/auth/model/errors";
import * as schemas from "@/lib/auth/model/schemas";
import { findVerification } from "@/lib/auth/store/verifications";
import type { ApiCall } from "@/lib/wire/endpoint";
import { fieldOf } from "@/lib/wire/read-form";
import { OURS, proceed } from "./password-owing";
import type { FlowContext } from "./password-provider";
import { limited } from "./password-rules";
import { flowState } from "./password-state";

/** Draws the screens of a code, and sends the code: npm's `CodeUI` is such a config. Without `sendCode` we mail the code. */
export type CodeConfig = Pick<CodeProviderOptions, "request"> &
  Partial<Pick<CodeProviderOptions, "sendCode" | "length">>;

/** Sign-in by a mailed code. `handle` answers a request to its only screen. */
export type CodeFlow = {
  type: "code";
  handle(call: ApiCall, context: FlowContext): Promise<Result<Response>>;
};

const START: CodeProviderState = { type: "start" };
const WRONG: CodeProviderError = { type: "invalid_code" };

/**
 * Sign-in by a mailed code, as a screen that posts forms to itself. The code follows the rules of our own pages: it works for ten
 * minutes, once, in the browser that asked, and takes five guesses at most. A proved address without a user becomes a user.
 */
export function CodeProvider(config: CodeConfig): CodeFlow {
  return {
    type: "code",
    async handle(call, context) {
      const { request, form } = call;
      const action = form && fieldOf(form, "action");
      if (form && (action === "request" || action === "resend")) return askForCode(config, call, form, action);
      if (form && action === "verify") return ok(await verify(config, call, form, context));
      return ok(flowState.write(await config.request(request, START), null));
    },
  };
}

async function askForCode(
  { request: draw, sendCode }: CodeConfig,
  { request, client }: ApiCall,
  form: FormData,
  action: string,
): Promise<Result<Response>> {
  const typed = fieldOf(form, "email") ?? "";
  const email = schemas.email.safeParse(typed).data;
  if (!email) return ok(await draw(request, START, form, { type: "invalid_claim", key: "email", value: typed }));
  const flow = flowState.read(request);
  const pendingId = flow?.flow === "code" ? flow.id : null;
  const sendOwn = sendCode && (async (to: string, code: string) => void (await sendCode({ email: to }, code)));
  const sent = await sendSignInCode({ email, createUser: true, pendingId }, client, { sendCode: sendOwn });
  if (!sent.ok) return sent;
  const drawn = await draw(request, stateOf(email, action === "resend"), form);
  return ok(flowState.write(drawn, { flow: "code", id: sent.value.verificationId }));
}

async function verify(
  { request: draw }: CodeConfig,
  { request }: ApiCall,
  form: FormData,
  context: FlowContext,
): Promise<Response> {
  const flow = flowState.read(request);
  const row = flow?.flow === "code" ? await findVerification(flow.id) : null;
  if (!row?.email) return flowState.write(await draw(request, START, form, WRONG), null);
  const state = stateOf(row.email, false);
  const code = schemas.code.safeParse(fieldOf(form, "code"));
  if (!code.success) return draw(request, state, form, WRONG);
  const input = { verificationId: row.id, code: code.data, session: context.session };
  const result = await signInByCode(input, context.client);
  if (result.ok) return proceed(OURS, request, result.value.session, context);
  const { code: problem, retryAfter } = result.error;
  // After five wrong codes or ten minutes the code never works again.
  if (problem === "code_expired") return flowState.write(await draw(request, START, form, WRONG), null);
  return limited(draw(request, state, form, WRONG), retryAfter);
}

/** The state for the screen. The code stays in the database. `claims` has only the address, because the code proves no more. */
function stateOf(email: string, resend: boolean): CodeProviderState {
  return { type: "code", resend, code: "", claims: { email } };
}
