import type { Client, OwingSession } from "@/lib/auth/model/principal";
import type { BegunSession } from "@/lib/auth/steps/begin-session";
import { refuseOwing } from "@/lib/auth/steps/refuse-owing";
import { typedFactorsOf } from "@/lib/auth/steps/typed-factors";
import { findOwingById } from "@/lib/auth/store/owing-sessions";
import { type ProvedSecond, proveByAuthenticator, proveByRecoveryCode } from "@/lib/auth/two-factor/second-step";
import { links } from "@/lib/routes";
import { REMEMBERED_COOKIE } from "@/lib/wire/cookies";
import { fieldOf } from "@/lib/wire/read-form";
import { setCookie } from "@/lib/wire/request-cookies";
import type { PasswordConfig, PasswordFactorError, PasswordFactorState } from "../password-config";
import type { FlowContext } from "../password-provider";
import { limited } from "../password-rules";
import { flowState } from "../password-state";
import { PasswordUI } from "../password-ui";

/** The screen for a config that has none, like npm's `PasswordUI`: its words are ours then. */
const OURS = PasswordUI({});

/**
 * What follows the proof of who a person is: success, or the screen that asks for the factor they owe. One that is a
 * passkey, or still to be set up, is told where that can be done, and the session ends.
 */
export async function proceed(
  config: PasswordConfig,
  request: Request,
  begun: BegunSession,
  { success, owing, session: { actorType } }: FlowContext,
): Promise<Response> {
  if (!begun.owedFactor) return flowState.write(await success(begun), null);
  if (owing) return flowState.write(await owing(begun), null);
  const { sessionId, user, owedFactor } = begun;
  if (owedFactor === "second-factor" && (await typedFactorsOf(user.id)).length > 0)
    return flowState.write(redirect("factor"), { flow: "factor", sessionId, actorType });
  await refuseOwing(begun);
  return draw(config, request, { type: "elsewhere", owed: owedFactor, url: links.login() });
}

export async function getFactor(config: PasswordConfig, request: Request, context: FlowContext): Promise<Response> {
  const turn = await currentTurn(request, context);
  return turn ? draw(config, request, turn.state) : startAgain();
}

export async function postFactor(
  config: PasswordConfig,
  request: Request,
  form: FormData,
  context: FlowContext,
): Promise<Response> {
  const turn = await currentTurn(request, context);
  if (!turn) return startAgain();
  const { owing, state } = turn;
  const proved = await prove(owing, state, form, context.client);
  if (!proved.ok) {
    const { code, message, retryAfter } = proved.error;
    if (code === "unauthenticated" || code === "user_disabled") return startAgain();
    const error = { type: "invalid_code", ...(retryAfter && { message, retryAfter }) } as const;
    return limited(draw(config, request, state, error), retryAfter);
  }
  const { session, remembered } = proved.value;
  return remember(remembered, await proceed(config, request, session, context));
}

type Turn = { owing: OwingSession; state: Exclude<PasswordFactorState, { type: "elsewhere" }> };

/** The session that this browser began for the app it is here for, while it owes a factor that can be typed. */
async function currentTurn(request: Request, { session }: FlowContext): Promise<Turn | null> {
  const flow = flowState.read(request);
  if (flow?.flow !== "factor" || flow.actorType !== session.actorType) return null;
  const owing = await findOwingById(flow.sessionId);
  const factors = owing?.owed === "second-factor" ? await typedFactorsOf(owing.userId) : [];
  const [first, second] = new URL(request.url).searchParams.get("with") === factors[1] ? factors.reverse() : factors;
  return owing && first ? { owing, state: { type: first, both: second !== undefined } } : null;
}

function prove(owing: OwingSession, { type }: Turn["state"], form: FormData, client: Client) {
  const input = { code: fieldOf(form, "code") ?? "", remember: form.has("remember") };
  return type === "totp" ? proveByAuthenticator(owing, input, client) : proveByRecoveryCode(owing, input, client);
}

function remember(remembered: ProvedSecond["remembered"], response: Response): Response {
  if (!remembered) return response;
  const headers = new Headers(response.headers);
  headers.append("set-cookie", setCookie(REMEMBERED_COOKIE(), remembered.token, remembered.expires));
  return new Response(response.body, { status: response.status, headers });
}

function draw(
  config: PasswordConfig,
  request: Request,
  state: PasswordFactorState,
  error?: PasswordFactorError,
): Promise<Response> {
  const screen = config.factor ?? OURS.factor;
  return screen(request, state, error);
}

/** The factor has been proved, the time for it is over, or another app's sign-in began in this browser. */
function startAgain(): Response {
  return flowState.write(redirect("authorize"), null);
}

function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { location, "cache-control": "no-store" } });
}
