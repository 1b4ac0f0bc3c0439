import { expect } from "vitest";

/**
 * What a rule still finds, by the rule's name. A rule fails for what is not listed, and for what is listed and no longer
 * found, so that this list can only be emptied.
 */
export const PENDING: Record<string, string[]> = {
  "one way": ["lib/wire/form-post.ts → lib/oauth/provider-answer.ts"],
  "no other transaction": ["lib/auth/store/users.ts"],
  "no scattered writes": [
    "lib/auth/change-email.ts requestEmailChange",
    "lib/auth/change-email.ts settleEmailChange",
    "lib/auth/confirm-email.ts confirmCode",
    "lib/auth/confirm-email.ts confirmLink",
    "lib/auth/delete-account.ts deleteAccount",
    "lib/auth/login.ts login",
    "lib/auth/manage-users.ts setUserDisabled",
    "lib/auth/refresh-session.ts refreshSession",
    "lib/auth/register.ts register",
    "lib/auth/reset-by-code.ts confirmResetCode",
    "lib/auth/reset-password.ts changePassword",
    "lib/auth/reset-password.ts resetPassword",
    "lib/auth/sign-in-by-link.ts signInByResetLink",
    "lib/auth/verify-by-address.ts confirmCodeAt",
    "lib/auth/verify-by-address.ts confirmLinkAlone",
    "lib/oauth/link-account.ts linkWaiting",
    "lib/oauth/sign-in.ts signInWithProfile",
  ],
  "no other beginning": [
    "lib/auth/login.ts uses createSession",
    "lib/auth/register.ts uses createSession",
    "lib/auth/sign-in-by-link.ts uses createSession",
    "lib/auth/steps/complete-sign-up.ts uses createSession",
    "lib/dialects/strapi/passwords.ts uses createSession",
    "lib/oauth/sign-in.ts uses createSession",
  ],
  "no other claim": [
    "lib/auth/reset-password.ts uses unlinkAccounts",
    "lib/auth/sign-in-by-link.ts uses removePassword",
    "lib/auth/sign-in-by-link.ts uses unlinkAccounts",
    "lib/auth/steps/complete-sign-up.ts uses unlinkAccounts",
    "lib/oauth/sign-in.ts uses removePassword",
    "lib/oauth/sign-in.ts uses unlinkAccounts",
  ],
  "no other proof": [
    "lib/auth/reset-password.ts",
    "lib/auth/sign-in-by-link.ts",
    "lib/auth/steps/complete-sign-up.ts",
    "lib/oauth/sign-in.ts",
  ],
  "no other comparison": [
    "lib/auth/confirm-email.ts uses isCodeRight",
    "lib/auth/confirm-email.ts uses verifyPassword",
    "lib/auth/login.ts uses verifyPassword",
    "lib/auth/reset-by-code.ts uses isCodeRight",
    "lib/auth/reset-password.ts uses verifyPassword",
    "lib/auth/steps/reauthenticate.ts uses verifyPassword",
    "lib/auth/verify-by-address.ts uses isCodeRight",
  ],
  "no dialect unlike the others": [
    "lib/dialects/medusa/README.md",
    "lib/dialects/openauth/README.md",
    "lib/dialects/openauth/errors.ts",
    "lib/dialects/openauth/session.ts",
    "lib/dialects/strapi/README.md",
    "lib/dialects/strapi/session.ts",
    "lib/dialects/supabase/README.md",
  ],
  "no other global": [
    "lib/auth/model/bcrypt.ts",
    "lib/auth/model/password-hash.ts",
    "lib/auth/store/signing-keys.ts",
    "lib/db/outage.ts",
    "lib/db/request-outage.ts",
    "lib/db/sqlite-reader.ts",
    "lib/events.ts",
    "lib/mail/messages.ts",
    "lib/oauth/registry.ts",
    "lib/server/start.ts",
    "lib/wire/client-address.ts",
  ],
};

/** Expects of what a rule finds that it is all listed as pending, and all that is listed found. */
export function expectNone(rule: string, found: string[]): void {
  expect([...new Set(found)].sort(), rule).toEqual([...(PENDING[rule] ?? [])].sort());
}
