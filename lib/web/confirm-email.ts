import { confirmCode, confirmLink, mayConfirm, resendCode } from "@/lib/auth/confirm-email";
import {
  confirmEmailChange,
  mayConfirmEmailChange,
  type SettledEmailChange,
  undoEmailChange,
} from "@/lib/auth/confirm-email-change";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Client } from "@/lib/auth/model/principal";
import type { Confirmed } from "@/lib/auth/steps/complete-registration";
import { links } from "@/lib/routes";
import { afterButton } from "@/lib/wire/button-page";
import { safeRedirect } from "@/lib/wire/safe-redirect";
import { keepBrowserSession, startBrowserSession } from "./browser-session";
import { currentPrincipal } from "./current-principal";
import type { FormDone } from "./form-actions";
import { describeToken, pendingId } from "./registration-cookie";

/** Handles the code of a registration, in the browser that began it, and signs this browser in. */
export async function submitCode({ code }: { code: string }, client: Client): Promise<Result<FormDone>> {
  const verificationId = await pendingId();
  return verificationId ? signIn(await confirmCode({ verificationId, code }, client)) : fail("code_expired");
}

/**
 * Handles the button behind a mailed link: proves an address, changes one, or takes a change back. With `next` it leads to an
 * API client's own address, which does that.
 */
export async function submitLink(
  input: { token: string; password?: string; next?: string },
  client: Client,
): Promise<Result<FormDone>> {
  const purpose = (await describeToken(input.token))?.purpose;
  const leaveTo = afterButton(input.token, input.next);
  if (purpose === "reset") return leaveTo ? ok({ leaveTo }) : fail("token_invalid");
  if (purpose === "undo-email-change") return afterChange(await undoEmailChange(input.token, client));
  if (purpose === "change-email") {
    const pressed = { ...input, principal: await currentPrincipal() };
    if (!leaveTo) return afterChange(await confirmEmailChange(pressed, client));
    const allowed = await mayConfirmEmailChange(pressed, client);
    return allowed.ok ? ok({ leaveTo }) : allowed;
  }
  const pressed = { ...input, verificationId: await pendingId() };
  if (!leaveTo) return signIn(await confirmLink(pressed, client));
  const allowed = await mayConfirm(pressed, client);
  return allowed.ok ? ok({ leaveTo }) : allowed;
}

/** Mails another code for the registration that this browser began. */
export async function requestNewCode(_: object, client: Client): Promise<Result<FormDone>> {
  const id = await pendingId();
  const result = id ? await resendCode(id, client, links) : fail("code_expired");
  return result.ok ? ok({ message: "A new code is on its way. The one before no longer works." }) : result;
}

async function signIn(result: Result<Confirmed>): Promise<Result<FormDone>> {
  if (!result.ok) return result;
  const { session } = result.value;
  const to = safeRedirect(result.value.to);
  return ok({ redirectTo: session ? await startBrowserSession(session, to) : to });
}

async function afterChange(result: Result<SettledEmailChange>): Promise<Result<FormDone>> {
  if (!result.ok) return result;
  const { done, userId, session } = result.value;
  if (done === "claimed") return ok({ redirectTo: "/login?message=email-claimed" });
  if (done === "undone") return ok({ redirectTo: "/login?message=email-kept" });
  if (!session) return ok({ redirectTo: "/login?message=email-changed" });
  await keepBrowserSession(session, userId);
  return ok({ redirectTo: "/account?message=email-changed" });
}
