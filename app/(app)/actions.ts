"use server";

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
import { revokeOtherSessions, revokeOwnSession } from "@/lib/auth/sign-out";
import { updateProfile } from "@/lib/auth/update-profile";
import { disconnectAccount } from "@/lib/oauth/link-account";
import { AccountInput, ProviderInput } from "@/lib/oauth/schemas";
import { links } from "@/lib/routes";
import { endBrowserSession, keepBrowserSession, renewBrowserSession } from "@/lib/web/browser-session";
import { signedInAction, withMessage } from "@/lib/web/form-actions";
import { startConnecting } from "@/lib/web/provider-sign-in";
import { safeRedirect } from "@/lib/wire/safe-redirect";

export const updateProfileAction = signedInAction("Update Profile", ProfileInput, async (principal, input) =>
  withMessage(await updateProfile(principal, input), "Saved."),
);

export const changeEmailAction = signedInAction("Change Email", ChangeEmailInput, async (principal, input, client) =>
  withMessage(
    await requestEmailChange(principal, input, client, links),
    `Open the link we sent to ${input.email}. Nothing changes until you do.`,
  ),
);

export const changePasswordAction = signedInAction(
  "Change Password",
  ChangePasswordInput,
  async (principal, input, client) => {
    const result = await changePassword(principal, input, client);
    if (!result.ok) return result;
    await keepBrowserSession(result.value, principal.userId);
    return ok({ message: "Your password has been changed. Your other devices have been signed out." });
  },
);

export const revokeSessionAction = signedInAction("Revoke Session", SessionInput, async (principal, { sessionId }) => {
  const result = await revokeOwnSession(principal, sessionId);
  if (!result.ok) return result;
  return ok(
    sessionId === principal.sessionId
      ? { redirectTo: "/login?message=signed-out" }
      : { message: "That device is signed out." },
  );
});

export const revokeOtherSessionsAction = signedInAction("Revoke Other Sessions", NoInput, async (principal) =>
  withMessage(await revokeOtherSessions(principal), "Your other devices have been signed out."),
);

export const proveByPasswordAction = signedInAction(
  "Prove By Password",
  ProveAgainInput,
  async (principal, { currentPassword, to }, client) => {
    const result = await proveByPassword(principal, { currentPassword }, client);
    if (!result.ok) return result;
    await renewBrowserSession(result.value);
    return ok({ redirectTo: safeRedirect(to, "/account") });
  },
);

export const sendProofCodeAction = signedInAction(
  "Send Proof Code",
  ReauthenticateInput,
  async (principal, { to }, client) => {
    const result = await sendProofCode(principal, client);
    if (!result.ok) return result;
    return ok({
      redirectTo: `/reauthenticate?${new URLSearchParams({ sent: "1", to: safeRedirect(to, "/account") })}`,
    });
  },
);

export const proveByMailedCodeAction = signedInAction(
  "Prove By Mailed Code",
  MailedCodeInput,
  async (principal, { code, to }, client) => {
    const result = await proveByEmailCode(principal, { code }, client);
    if (!result.ok) return result;
    await renewBrowserSession(result.value);
    return ok({ redirectTo: safeRedirect(to, "/account") });
  },
);

export const connectAccountAction = signedInAction("Connect Account", ProviderInput, startConnecting);

export const disconnectAccountAction = signedInAction(
  "Disconnect Account",
  AccountInput,
  async (principal, input, client) =>
    withMessage(
      await disconnectAccount(principal, input, client),
      "Disconnected. Your other devices have been signed out.",
    ),
);

export const deleteAccountAction = signedInAction("Delete Account", DeleteInput, async (principal, input, client) => {
  const result = await deleteAccount(principal, { ...input, typedEmail: input.typedEmail ?? "" }, client);
  if (!result.ok) return result;
  await endBrowserSession();
  return ok({ redirectTo: "/login?message=account-deleted" });
});
