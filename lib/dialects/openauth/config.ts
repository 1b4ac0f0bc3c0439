import { apiFieldsOf } from "@/lib/auth/model/profile";
import type { User } from "@/prisma/client/client";
import { issuer } from "./issuer";
import { PasswordProvider } from "./password-provider";
import { PasswordUI } from "./password-ui";

/**
 * Make the issuer yours here, as in the package's docs: its provider objects, `success`, `select`, `theme`. The password flow
 * takes other words (`copy`), a rule for passwords (`validatePassword`), your own way to send codes (`sendCode(email, code)`), or
 * screens of your own: an object whose `login`, `register` and `change` each return a Response.
 */
export const openauth = issuer({
  providers: {
    password: PasswordProvider(PasswordUI({ copy: { error_email_taken: "This email is already taken." } })),
  },
});

/** The subject of access tokens, if `success` chooses none. Clients parse `properties` with their schema for this `type`. */
export function subjectOf(user: User) {
  const { id, email } = user;
  return { type: "user", properties: { ...apiFieldsOf(user), id, email } };
}
