import type { z } from "zod";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Client, Holder, Principal } from "@/lib/auth/model/principal";
import { declinePasskeyOffer, removePasskey, renamePasskey } from "@/lib/auth/passkeys/manage-passkeys";
import { proveByPasskey, startPasskeyProof } from "@/lib/auth/passkeys/prove-by-passkey";
import { finishPasskeyRegistration, startPasskeyRegistration } from "@/lib/auth/passkeys/register-passkey";
import type { AnswerInput, BeginInput, PasskeyInput, RenamePasskeyInput } from "@/lib/auth/passkeys/schemas";
import { finishPasskeySignIn, startPasskeySignIn } from "@/lib/auth/passkeys/sign-in-by-passkey";
import { enabledProviders } from "@/lib/oauth/registry";
import { safeRedirect } from "@/lib/wire/safe-redirect";
import { continueBrowserSession, continueProved, startBrowserSession } from "./browser-session";
import { isCeremonyOurs, rememberCeremony } from "./ceremony-cookie";
import { currentPrincipal } from "./current-principal";
import { type FormDone, withMessage } from "./form-actions";
import type { PasskeyCeremony } from "./form-state";

type Answer = z.output<typeof AnswerInput>;

/**
 * Begins a sign-in by passkey, by a press or for the browser's list in the email field. For the list it begins none if another
 * tab has signed in: a new cookie would make Next render this page again, which leads away from what the person types.
 */
export async function beginSignIn(
  { autofill }: z.output<typeof BeginInput>,
  client: Client,
): Promise<Result<FormDone>> {
  if (autofill && (await currentPrincipal())) return fail("passkey_invalid");
  return begun(await startPasskeySignIn(client, { autofill }));
}

/** Signs the browser in by what its authenticator answered. */
export async function endSignIn({ to, ...answer }: Answer, client: Client): Promise<Result<FormDone>> {
  if (!(await isCeremonyOurs(answer.ceremonyId))) return fail("passkey_invalid");
  const result = await finishPasskeySignIn(answer, client);
  return result.ok ? ok({ redirectTo: await startBrowserSession(result.value, safeRedirect(to)) }) : result;
}

/** Begins a proof by passkey: the second step of a sign-in, or a repeated proof of who the person is. */
export async function beginProof(holder: Holder, _: object, client: Client): Promise<Result<FormDone>> {
  const started = await startPasskeyProof(holder, client);
  // At `not_found` the page would be drawn anew, without the button and what it answered.
  if (!started.ok && started.error.code === "not_found")
    return fail("passkey_invalid", { message: started.error.message });
  return begun(started);
}

/** Handles the proof. */
export async function endProof(holder: Holder, { to, ...answer }: Answer, client: Client): Promise<Result<FormDone>> {
  if (!(await isCeremonyOurs(answer.ceremonyId))) return fail("passkey_invalid");
  return continueProved(holder, await proveByPasskey(holder, answer, client), to);
}

/** Begins to make a passkey. */
export async function beginRegistration(holder: Holder, _: object, client: Client): Promise<Result<FormDone>> {
  return begun(await startPasskeyRegistration(holder, client));
}

/** Registers the passkey that the browser made. */
export async function endRegistration(
  holder: Holder,
  { to, ...answer }: Answer,
  client: Client,
): Promise<Result<FormDone>> {
  if (!(await isCeremonyOurs(answer.ceremonyId))) return fail("passkey_invalid");
  const made = await finishPasskeyRegistration(holder, answer, client);
  if (!made.ok) return made;
  const { session } = made.value;
  if (session) return ok({ redirectTo: await continueBrowserSession(holder, session, safeRedirect(to)) });
  return ok({ message: "Your passkey is ready. You can sign in with it from now on." });
}

/** Renames a passkey of the signed-in person. */
export async function rename(
  principal: Principal,
  { passkeyId: id, label }: z.output<typeof RenamePasskeyInput>,
): Promise<Result<FormDone>> {
  return withMessage(await renamePasskey(principal, { id, label }), "Renamed.");
}

/** Removes one. */
export async function remove(
  principal: Principal,
  { passkeyId: id }: z.output<typeof PasskeyInput>,
  client: Client,
): Promise<Result<FormDone>> {
  const providers = enabledProviders().map((provider) => provider.id);
  return withMessage(
    await removePasskey(principal, { id, providers }, client),
    "Removed. Your other devices have been signed out.",
  );
}

/** Ends the offer of a passkey to the signed-in person. */
export async function decline(principal: Principal): Promise<Result<FormDone>> {
  return withMessage(await declinePasskeyOffer(principal), "We will not ask again. You can make one in your account.");
}

async function begun(started: Result<PasskeyCeremony>): Promise<Result<FormDone>> {
  if (!started.ok) return started;
  await rememberCeremony(started.value.ceremonyId);
  return ok({ ceremony: started.value });
}
