import type { z } from "zod";
import { ok, type Result } from "@/lib/auth/model/errors";
import type { Client, Holder, Principal } from "@/lib/auth/model/principal";
import { confirmAuthenticator, removeAuthenticator, startAuthenticator } from "@/lib/auth/two-factor/authenticator";
import { regenerateRecoveryCodes } from "@/lib/auth/two-factor/recovery-codes";
import type {
  AuthenticatorInput,
  ConfirmAuthenticatorInput,
  RecoveryCodeInput,
  SecondStepInput,
} from "@/lib/auth/two-factor/schemas";
import { proveByAuthenticator, proveByRecoveryCode } from "@/lib/auth/two-factor/second-step";
import { safeRedirect } from "@/lib/wire/safe-redirect";
import { continueBrowserSession, continueProved } from "./browser-session";
import { type FormDone, withMessage } from "./form-actions";

/** Handles a code of the authenticator app: the second step of a sign-in, or a repeated proof of who the person is. */
export async function submitSecondStep(
  holder: Holder,
  { code, remember, to }: z.output<typeof SecondStepInput>,
  client: Client,
): Promise<Result<FormDone>> {
  return continueProved(holder, await proveByAuthenticator(holder, { code, remember }, client), to);
}

/** The same with a recovery code. */
export async function submitRecoveryCode(
  holder: Holder,
  { recoveryCode: code, remember, to }: z.output<typeof RecoveryCodeInput>,
  client: Client,
): Promise<Result<FormDone>> {
  return continueProved(holder, await proveByRecoveryCode(holder, { code, remember }, client), to);
}

/** Begins to set up an authenticator app, which its page then shows. */
export async function startSetup(
  holder: Holder,
  { label, to }: { label?: string; to?: string },
): Promise<Result<FormDone>> {
  const started = await startAuthenticator(holder, { label });
  if (!started.ok) return started;
  const { id, key } = started.value;
  const query = new URLSearchParams({ id, key, ...(to && { to: safeRedirect(to) }) });
  return ok({ redirectTo: `/two-factor/setup?${query}` });
}

/** Takes the first code of an authenticator app. The first app brings recovery codes, which the page shows once. */
export async function confirmSetup(
  holder: Holder,
  { authenticatorId: id, code, to }: z.output<typeof ConfirmAuthenticatorInput>,
  client: Client,
): Promise<Result<FormDone>> {
  const confirmed = await confirmAuthenticator(holder, { id, code }, client);
  if (!confirmed.ok) return confirmed;
  const { session, recoveryCodes } = confirmed.value;
  const redirectTo = await continueBrowserSession(holder, session, safeRedirect(to));
  return ok(recoveryCodes ? { recoveryCodes } : { redirectTo });
}

/** Removes an authenticator app of the signed-in person. */
export async function removeSetup(
  principal: Principal,
  { authenticatorId: id }: z.output<typeof AuthenticatorInput>,
  client: Client,
): Promise<Result<FormDone>> {
  return withMessage(
    await removeAuthenticator(principal, { id }, client),
    "Removed. Your other devices have been signed out.",
  );
}

/** New recovery codes for the signed-in person, shown this once. */
export async function newRecoveryCodes(principal: Principal, _: object, client: Client): Promise<Result<FormDone>> {
  const made = await regenerateRecoveryCodes(principal, client);
  return made.ok ? ok({ recoveryCodes: made.value }) : made;
}
