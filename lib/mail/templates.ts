import { render, toPlainText } from "@react-email/render";
import { createElement, type FunctionComponent, type ReactElement } from "react";
import { AccountLinked } from "@/emails/account-linked";
import { AccountUnlinked } from "@/emails/account-unlinked";
import { AddressInUse } from "@/emails/address-in-use";
import { AdminInvitation } from "@/emails/admin-invitation";
import { ConfirmEmail } from "@/emails/confirm-email";
import { ConfirmNewEmail } from "@/emails/confirm-new-email";
import { DataExported } from "@/emails/data-exported";
import { EmailChangeNotice } from "@/emails/email-change-notice";
import { EmailChanged } from "@/emails/email-changed";
import { EmailSet } from "@/emails/email-set";
import { EmailTakenBack } from "@/emails/email-taken-back";
import { CHANGES, FactorChanged } from "@/emails/factor-changed";
import { FactorReset } from "@/emails/factor-reset";
import { Invitation } from "@/emails/invitation";
import { NewSignIn } from "@/emails/new-sign-in";
import { PasswordChanged } from "@/emails/password-changed";
import { ResetPassword } from "@/emails/reset-password";
import { RoleChanged } from "@/emails/role-changed";
import { SessionEnded } from "@/emails/session-ended";
import { SignInCode } from "@/emails/sign-in-code";
import { YourCode } from "@/emails/your-code";

/**
 * Every mail by the name under which it waits in the outbox. A name stays as long as rows may hold it. Subjects are ours,
 * so nothing that a person typed reaches a header.
 */
const TEMPLATES = {
  "account-linked": template("A way to sign in was added", AccountLinked),
  "account-unlinked": template("A way to sign in was removed", AccountUnlinked),
  "address-in-use": template("You already have an account", AddressInUse),
  "admin-invitation": template("You are invited to become an admin", AdminInvitation),
  "confirm-email": template("Confirm your email address", ConfirmEmail),
  "confirm-new-email": template("Confirm your new email address", ConfirmNewEmail),
  "data-exported": template("Your data was downloaded", DataExported),
  "email-change-notice": template("Your email address is about to change", EmailChangeNotice),
  "email-changed": template("Your email address was changed", EmailChanged),
  "email-set": template("Your email address was changed for you", EmailSet),
  "email-taken-back": template("Your email address was changed back", EmailTakenBack),
  "factor-changed": template(({ change }) => CHANGES[change].title, FactorChanged),
  "factor-reset": template("Your passkeys and authenticator apps will be removed", FactorReset),
  invitation: template("You are invited", Invitation),
  "new-sign-in": template("New sign-in to your account", NewSignIn),
  "password-changed": template("Your password was changed", PasswordChanged),
  "reset-password": template("Reset your password", ResetPassword),
  "role-changed": template("Your role was changed", RoleChanged),
  "session-ended": template("A device was signed out", SessionEnded),
  "sign-in-code": template("Your code to sign in", SignInCode),
  "your-code": template("Your code", YourCode),
};

type AnyTemplate = { subject(props: object): string; draw(props: object): ReactElement };

/** The name of a mail. */
export type Template = keyof typeof TEMPLATES;
/** The props of a mail's template. */
export type TemplateProps<Name extends Template> = Parameters<(typeof TEMPLATES)[Name]["draw"]>[0];

function template<Props extends Record<string, unknown>>(
  subject: string | ((props: Props) => string),
  body: FunctionComponent<Props>,
) {
  return {
    subject: (props: Props) => (typeof subject === "string" ? subject : subject(props)),
    draw: (props: Props) => createElement(body, props),
  };
}

/**
 * A mail ready to be rendered, or undefined when this release has no mail of the name: an older or newer release wrote the row.
 */
export function findTemplate(name: string): AnyTemplate | undefined {
  const byName: Record<string, AnyTemplate> = TEMPLATES;
  return byName[name];
}

/** Both parts of a mail: HTML, and the text made from it. */
export async function renderMail(body: ReactElement): Promise<{ html: string; text: string }> {
  const html = await render(body);
  return { html, text: toPlainText(html, { selectors: [{ selector: "h1", options: { uppercase: false } }] }) };
}
