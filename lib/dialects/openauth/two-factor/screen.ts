import type { OwingSession } from "@/lib/auth/model/principal";
import type { ProvedFactor } from "@/lib/auth/steps/prove-factor";
import { typedFactorsOf } from "@/lib/auth/steps/typed-factors";
import { findOwingById } from "@/lib/auth/store/owing-sessions";
import { proveByAuthenticator, proveByRecoveryCode } from "@/lib/auth/two-factor/second-step";
import { REMEMBERED_COOKIE } from "@/lib/wire/cookies";
import { fieldOf } from "@/lib/wire/read-form";
import { setCookie } from "@/lib/wire/request-cookies";
import type { PasswordConfig, PasswordFactorState } from "../password-config";
import { drawFactor, proceed } from "../password-owing";
import type { FlowContext } from "../password-provider";
import { limited } from "../password-rules";
import { flowState } from "../password-state";
import { redirectTo } from "./ask";

/** `GET` and `POST /password/factor`, the screen of the second step. `form` is the posted form, null for a GET. */
export function handleFactor(
  config: PasswordConfig,
  request: Request,
  form: FormData | null,
  context: FlowContext,
): Promise<Response> {
  return form ? postFactor(config, request, form, context) : getFactor(config, request, context);
}

async function getFactor(config: PasswordConfig, request: Request, context: FlowContext): Promise<Response> {
  const turn = await currentTurn(request, context);
  return turn ? drawFactor(config, request, turn.state) : startAgain();
}

async function postFactor(
  config: PasswordConfig,
  request: Request,
  form: FormData,
  context: FlowContext,
): Promise<Response> {
  const turn = await currentTurn(request, context);
  if (!turn) return startAgain();
  const { owing, state } = turn;
  const proved = await prove(owing, state, form, context);
  if (!proved.ok) {
    const { code, message, retryAfter } = proved.error;
    if (code === "unauthenticated" || code === "user_disabled") return startAgain();
    const error = { type: "invalid_code", ...(retryAfter && { message, retryAfter }) } as const;
    return limited(drawFactor(config, request, state, error), retryAfter);
  }
  const { session, remembered } = proved.value;
  return remember(remembered, await proceed(config, request, session, context));
}

type Turn = { owing: OwingSession; state: Exclude<PasswordFactorState, { type: "elsewhere" }> };

/** The session that this browser began for the app, if it owes a factor that people type. */
async function currentTurn(request: Request, { session }: FlowContext): Promise<Turn | null> {
  const flow = flowState.read(request);
  if (flow?.flow !== "factor" || flow.actorType !== session.actorType) return null;
  const owing = await findOwingById(flow.sessionId);
  const factors = owing?.owed === "second-factor" ? await typedFactorsOf(owing.userId) : [];
  const [first, second] = new URL(request.url).searchParams.get("with") === factors[1] ? factors.reverse() : factors;
  return owing && first ? { owing, state: { type: first, both: second !== undefined } } : null;
}

function prove(owing: OwingSession, { type }: Turn["state"], form: FormData, { client, session }: FlowContext) {
  const { handOver } = session;
  const input = { code: fieldOf(form, "code") ?? "", remember: form.has("remember"), handOver };
  return type === "totp" ? proveByAuthenticator(owing, input, client) : proveByRecoveryCode(owing, input, client);
}

function remember(remembered: ProvedFactor["remembered"], response: Response): Response {
  if (!remembered) return response;
  const headers = new Headers(response.headers);
  headers.append("set-cookie", setCookie(REMEMBERED_COOKIE(), remembered.token, remembered.expires));
  return new Response(response.body, { status: response.status, headers });
}

/** The factor has been proved, the time for it is over, or another app's sign-in began in this browser. */
function startAgain(): Response {
  return flowState.write(redirectTo("authorize"), null);
}
