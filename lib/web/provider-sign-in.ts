import { z } from "zod";
import { type AuthErrorCode, ok, type Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import type { Client, Principal } from "@/lib/auth/model/principal";
import { countSource } from "@/lib/auth/steps/count-source";
import { requireFresh } from "@/lib/auth/steps/reauthenticate";
import { keepForLinking } from "@/lib/oauth/link-account";
import type { FinishInput, ProviderInput } from "@/lib/oauth/schemas";
import { signInWithProfile } from "@/lib/oauth/sign-in";
import { findVisit, finish, start } from "@/lib/oauth/visit";
import { links } from "@/lib/routes";
import { safeRedirect } from "@/lib/wire/safe-redirect";
import { startBrowserSession } from "./browser-session";
import { currentPrincipal } from "./current-principal";
import type { FormDone } from "./form-actions";
import { forgetVisit, rememberVisit, rememberWaitingAccount, visitIds } from "./provider-cookies";

/** What a visit to a third party is for. `userId`: to connect it with this user, who was signed in when it began. */
const Purpose = z.object({ to: z.string().optional(), userId: z.string().optional() });
type Purpose = z.infer<typeof Purpose>;

/** Where a person hears that an account of theirs was connected. */
export const CONNECTED = "/account/security?message=connected";

/** Leaves for a third party, to sign in. */
export async function startSignIn(
  { provider, to }: z.output<typeof ProviderInput>,
  client: Client,
): Promise<Result<FormDone>> {
  return startVisit(provider, { to: safeRedirect(to) }, client);
}

/** Leaves for a third party, to connect it with the signed-in person. @returns also `reauthentication_required`, `second_factor_required`. */
export async function startConnecting(
  principal: Principal,
  { provider }: z.output<typeof ProviderInput>,
  client: Client,
): Promise<Result<FormDone>> {
  const allowed = await requireFresh(principal);
  return allowed.ok ? startVisit(provider, { to: CONNECTED, userId: principal.userId }, client) : allowed;
}

async function startVisit(provider: string, purpose: Purpose, client: Client): Promise<Result<FormDone>> {
  const allowed = await countSource(LIMITS.providerPerSource, client);
  if (!allowed.ok) return allowed;
  const started = await start(provider, { redirectUri: links.callback(provider), payload: purpose, bound: true });
  if (!started.ok) return started;
  await rememberVisit(started.value.visitId);
  return ok({ leaveTo: started.value.location });
}

/**
 * Handles the way back from a third party. A problem has its own page, without the provider's answer in the address, so that
 * neither the history nor a reload repeats it.
 */
export async function finishVisit(
  { provider, ...answer }: z.output<typeof FinishInput>,
  client: Client,
): Promise<Result<FormDone>> {
  const query = Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== undefined));
  const visit = await findVisit(query.state);
  const purpose = Purpose.parse(visit?.payload ?? {});
  const finished = await finish(provider, query, { visitId: await visitIds() });
  if (visit) await forgetVisit(visit.id);
  if (!finished.ok) return problem(provider, finished.error.code, purpose);

  const { profile } = finished.value;
  const principal = purpose.userId ? await currentPrincipal() : null;
  if (purpose.userId && principal?.userId !== purpose.userId) return problem(provider, "unauthenticated", purpose);
  const signedIn = await signInWithProfile(profile, client, { principal });
  if (!signedIn.ok) {
    const waiting = signedIn.error.code === "account_exists" ? await keepForLinking(profile) : null;
    if (waiting) await rememberWaitingAccount(waiting);
    return problem(provider, signedIn.error.code, purpose);
  }
  const { session } = signedIn.value;
  const to = safeRedirect(purpose.to);
  return ok({ redirectTo: session ? await startBrowserSession(session, to) : to });
}

function problem(provider: string, code: AuthErrorCode, { to, userId }: Purpose): Result<FormDone> {
  const query = new URLSearchParams({ problem: code, ...(to && !userId && { to }) });
  return ok({ redirectTo: `/callback/${encodeURIComponent(provider)}?${query}` });
}
