import type { BegunSession } from "@/lib/auth/steps/begin-session";
import { refuseOwing } from "@/lib/auth/steps/refuse-owing";
import { links } from "@/lib/routes";
import type { PasswordConfig, PasswordFactorError, PasswordFactorState } from "./password-config";
import type { FlowContext } from "./password-provider";
import { flowState } from "./password-state";
import { PasswordUI } from "./password-ui";
import { askForFactor, isTyped } from "./two-factor/ask";

/** Our own screens, for a config that has no screen of the second step, like npm's `PasswordUI`. */
export const OURS = PasswordUI({});

/**
 * Goes on after a sign-in: to success, or to the screen of the factor that the session owes. For a passkey, and for a factor that
 * must be set up first, a screen names our sign-in page, and the session ends.
 */
export async function proceed(
  config: PasswordConfig,
  request: Request,
  begun: BegunSession,
  context: FlowContext,
): Promise<Response> {
  const { success, owing } = context;
  if (!begun.owedFactor) return flowState.write(await success(begun), null);
  if (owing) return flowState.write(await owing(begun), null);
  if (await isTyped(begun)) return askForFactor(begun, context);
  await refuseOwing(begun);
  return drawFactor(config, request, { type: "elsewhere", owed: begun.owedFactor, url: links.login() });
}

export function drawFactor(
  config: PasswordConfig,
  request: Request,
  state: PasswordFactorState,
  error?: PasswordFactorError,
): Promise<Response> {
  const screen = config.factor ?? OURS.factor;
  return screen(request, state, error);
}
