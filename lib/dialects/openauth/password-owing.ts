import type { BegunSession } from "@/lib/auth/steps/begin-session";
import { refuseOwing } from "@/lib/auth/steps/refuse-owing";
import { links } from "@/lib/routes";
import type { PasswordConfig, PasswordFactorError, PasswordFactorState } from "./password-config";
import type { FlowContext } from "./password-provider";
import { flowState } from "./password-state";
import { PasswordUI } from "./password-ui";
import { askForFactor, isTyped } from "./two-factor/ask";

/** The screen for a config that has none, like npm's `PasswordUI`: its words are ours then. */
export const OURS = PasswordUI({});

/**
 * What follows the proof of who a person is: success, or the screen that asks for the factor they owe. One that is a
 * passkey, or still to be set up, is told where that can be done, and the session ends.
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

/** Draws the screen of the second step. */
export function drawFactor(
  config: PasswordConfig,
  request: Request,
  state: PasswordFactorState,
  error?: PasswordFactorError,
): Promise<Response> {
  const screen = config.factor ?? OURS.factor;
  return screen(request, state, error);
}
