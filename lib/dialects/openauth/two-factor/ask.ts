import type { BegunSession } from "@/lib/auth/steps/begin-session";
import { typedFactorsOf } from "@/lib/auth/steps/typed-factors";
import type { FlowContext } from "../password-provider";
import { flowState } from "../password-state";

/** Whether the screen can ask for the factor that this session owes. */
export async function isTyped({ owedFactor, user }: BegunSession): Promise<boolean> {
  return owedFactor === "second-factor" && (await typedFactorsOf(user.id)).length > 0;
}

/** Redirects the browser to that screen, and keeps the session, the app and the subject in the flow's cookie. */
export function askForFactor({ sessionId }: BegunSession, { session, subject, provider }: FlowContext): Response {
  const { actorType } = session;
  return flowState.write(redirectTo("/password/factor"), { flow: "factor", sessionId, actorType, subject, provider });
}

export function redirectTo(location: string): Response {
  return new Response(null, { status: 302, headers: { location, "cache-control": "no-store" } });
}
