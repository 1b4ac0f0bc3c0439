import { apiFieldsOf } from "@/lib/auth/model/profile";
import type { User } from "@/prisma/client/client";
import { issuer } from "./issuer";
import { PasswordProvider } from "./password-provider";
import { PasswordUI } from "./password-ui";

/**
 * The one place to make the issuer yours, in the words of the package's docs: its provider objects, `success`, `select`,
 * `theme`; and the password flow: other words (`copy`), a rule for passwords (`validatePassword`), your own way to send
 * codes (`sendCode(email, code)`), or screens of your own, as an object with `login`, `register` and `change` that each
 * answer a Response.
 */
export const openauth = issuer({
  providers: {
    password: PasswordProvider(PasswordUI({ copy: { error_email_taken: "This email is already taken." } })),
  },
});

/** What access tokens say of who signed in, where `success` does not. Clients parse `properties` with a schema that has this `type`. */
export function subjectOf(user: User) {
  const { id, email } = user;
  return { type: "user", properties: { ...apiFieldsOf(user), id, email } };
}
