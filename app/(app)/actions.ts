"use server";

import { revalidatePath } from "next/cache";
// Forms of the signed-in person. Each export first checks who is calling, and acts on that person only.
import { requestEmailChange } from "@/lib/auth/change-email";
import { changePassword } from "@/lib/auth/change-password";
import { deleteAccount } from "@/lib/auth/delete-account";
import { proveByEmailCode, sendProofCode } from "@/lib/auth/email-code/prove-by-email-code";
import { ok } from "@/lib/auth/model/errors";
import {
  ChangeEmailInput,
  ChangePasswordInput,
  DeleteInput,
  MailedCodeInput,
  NoInput,
  ProfileInput,
  ProveAgainInput,
  ReauthenticateInput,
  SessionInput,
} from "@/lib/auth/model/schemas";
import { proveByPassword } from "@/lib/auth/prove-again";
import { endOtherSessions, endSession } from "@/lib/auth/sign-out";
import { updateProfile } from "@/lib/auth/update-profile";
import { disconnectAccount } from "@/lib/oauth/link-account";
import { AccountInput, ProviderInput } from "@/lib/oauth/schemas";
import { links } from "@/lib/routes";
import { signedInAction } from "@/lib/web/form-actions";
import type { FormState } from "@/lib/web/form-state";
import { startConnecting } from "@/lib/web/provider-sign-in";
import { endBrowserSession, keepBrowserSession, renewBrowserSession } from "@/lib/web/session-cookie";
import { safeRedirect } from "@/lib/wire/safe-redirect";

export async function updateProfileAction(state: FormState, form: FormData) {
  return signedInAction("Update Profile", ProfileInput, async (principal, input) => {
    const result = await updateProfile(principal, input);
    // The browser loads all pages anew, also the layout with its header.
    revalidatePath("/account", "layout");
    return result.ok ? ok({ message: "Saved." }) : result;
  })(state, form);
}

export async function changeEmailAction(state: FormState, form: FormData) {
  return signedInAction("Change Email", ChangeEmailInput, async (principal, input, client) => {
    const result = await requestEmailChange(principal, input, client, links);
    return result.ok
      ? ok({ message: `Open the link we sent to ${input.email}. Nothing changes until you do.` })
      : result;
  })(state, form);
}

export async function changePasswordAction(state: FormState, form: FormData) {
  return signedInAction("Change Password", ChangePasswordInput, async (principal, input, client) => {
    const result = await changePassword(principal, input, client);
    if (!result.ok) return result;
    await keepBrowserSession(result.value, principal.userId);
    return ok({ message: "Your password has been changed. Your other devices have been signed out." });
  })(state, form);
}

export async function revokeSessionAction(state: FormState, form: FormData) {
  return signedInAction("Revoke Session", SessionInput, async (principal, { sessionId }) => {
    const result = await endSession(principal, sessionId);
    revalidatePath("/account", "layout");
    if (!result.ok) return result;
    return ok(
      sessionId === principal.sessionId
        ? { redirectTo: "/login?message=signed-out" }
        : { message: "That device is signed out." },
    );
  })(state, form);
}

export async function revokeOtherSessionsAction(state: FormState, form: FormData) {
  return signedInAction("Revoke Other Sessions", NoInput, async (principal) => {
    const result = await endOtherSessions(principal);
    revalidatePath("/account", "layout");
    return result.ok ? ok({ message: "All other sessions are signed out." }) : result;
  })(state, form);
}

export async function proveByPasswordAction(state: FormState, form: FormData) {
  return signedInAction("Prove By Password", ProveAgainInput, async (principal, { currentPassword, to }, client) => {
    const result = await proveByPassword(principal, { currentPassword }, client);
    if (!result.ok) return result;
    await renewBrowserSession(result.value);
    return ok({ redirectTo: safeRedirect(to, "/account") });
  })(state, form);
}

export async function sendProofCodeAction(state: FormState, form: FormData) {
  return signedInAction("Send Proof Code", ReauthenticateInput, async (principal, { to }, client) => {
    const result = await sendProofCode(principal, client);
    if (!result.ok) return result;
    return ok({
      redirectTo: `/reauthenticate?${new URLSearchParams({ sent: "1", to: safeRedirect(to, "/account") })}`,
    });
  })(state, form);
}

export async function proveByMailedCodeAction(state: FormState, form: FormData) {
  return signedInAction("Prove By Mailed Code", MailedCodeInput, async (principal, { code, to }, client) => {
    const result = await proveByEmailCode(principal, { code }, client);
    if (!result.ok) return result;
    await renewBrowserSession(result.value);
    return ok({ redirectTo: safeRedirect(to, "/account") });
  })(state, form);
}

export async function connectAccountAction(state: FormState, form: FormData) {
  return signedInAction("Connect Account", ProviderInput, startConnecting)(state, form);
}

export async function disconnectAccountAction(state: FormState, form: FormData) {
  return signedInAction("Disconnect Account", AccountInput, async (principal, input, client) => {
    const result = await disconnectAccount(principal, input, client);
    revalidatePath("/account", "layout");
    return result.ok ? ok({ message: "Disconnected. Your other devices have been signed out." }) : result;
  })(state, form);
}

export async function deleteAccountAction(state: FormState, form: FormData) {
  return signedInAction("Delete Account", DeleteInput, async (principal, input, client) => {
    const result = await deleteAccount(principal, input, client);
    if (!result.ok) return result;
    await endBrowserSession();
    return ok({ redirectTo: "/login?message=account-deleted" });
  })(state, form);
}
