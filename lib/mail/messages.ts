import { env } from "@/lib/env";
import {
  CONFIRM_LINK_TTL_HOURS,
  CONFIRM_TTL_MINUTES,
  INVITATION_TTL_HOURS,
  NEW_EMAIL_TTL_MINUTES,
  RESET_TTL_MINUTES,
  UNDO_EMAIL_TTL_DAYS,
} from "@/lib/validity";
import { enqueue, PRIORITY } from "./outbox";
import type { Template, TemplateProps } from "./templates";

/*
 * One function a mail. Each writes a row into the outbox, as part of the transaction under way: the mail goes out if
 * that commits, and neither a failure of the service nor the end of the process loses it.
 */

/**
 * `decoy`: costs the statements and the rendering of a mail and is never sent, so that nothing tells an address without mail from
 * one with it.
 */
export type MailOptions = { decoy?: boolean };

type Props<Name extends Template> = TemplateProps<Name>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A later notice tells its reader nothing new. */
const NOTICE = { priority: PRIORITY.notice, aliveMs: 3 * DAY_MS };

/** How urgent each mail is, and for how long it is worth sending: as long as its code or link works. */
const URGENCY: Record<Template, { priority: number; aliveMs: number }> = {
  "account-linked": NOTICE,
  "account-unlinked": NOTICE,
  "address-in-use": NOTICE,
  "admin-invitation": { priority: PRIORITY.code, aliveMs: INVITATION_TTL_HOURS * HOUR_MS },
  "confirm-email": { priority: PRIORITY.code, aliveMs: CONFIRM_LINK_TTL_HOURS * HOUR_MS },
  "confirm-new-email": { priority: PRIORITY.code, aliveMs: NEW_EMAIL_TTL_MINUTES * MINUTE_MS },
  "data-exported": NOTICE,
  "email-change-notice": { priority: PRIORITY.notice, aliveMs: UNDO_EMAIL_TTL_DAYS * DAY_MS },
  "email-changed": NOTICE,
  "email-set": { priority: PRIORITY.notice, aliveMs: UNDO_EMAIL_TTL_DAYS * DAY_MS },
  "email-taken-back": NOTICE,
  "factor-changed": NOTICE,
  "factor-reset": NOTICE,
  invitation: { priority: PRIORITY.code, aliveMs: INVITATION_TTL_HOURS * HOUR_MS },
  "new-sign-in": NOTICE,
  "password-changed": NOTICE,
  "reset-password": { priority: PRIORITY.code, aliveMs: RESET_TTL_MINUTES * MINUTE_MS },
  "role-changed": NOTICE,
  "session-ended": NOTICE,
  "sign-in-code": { priority: PRIORITY.code, aliveMs: CONFIRM_TTL_MINUTES * MINUTE_MS },
  "your-code": { priority: PRIORITY.code, aliveMs: CONFIRM_TTL_MINUTES * MINUTE_MS },
};

/** Proves the address of a registration: a code to type and a link to open. */
export function sendConfirmEmail(to: string, props: Props<"confirm-email">, options?: MailOptions): Promise<void> {
  const use = { code: props.code, url: props.url };
  return send(to, "confirm-email", props, use, options);
}

/** A code alone, for a page that asks for one and says why. */
export function sendCode(to: string, props: Props<"your-code">, options?: MailOptions): Promise<void> {
  const use = { code: props.code, url: env().APP_URL };
  return send(to, "your-code", props, use, options);
}

/** Signs a person in: a code to type where they began, and a link to open. `device` is words like "Firefox on Linux". */
export function sendSignInCode(to: string, props: Props<"sign-in-code">, options?: MailOptions): Promise<void> {
  const use = { code: props.code, url: props.url };
  return send(to, "sign-in-code", props, use, options);
}

/** Proves the address that a user wants to change to. */
export function sendConfirmNewEmail(
  to: string,
  props: Props<"confirm-new-email">,
  options?: MailOptions,
): Promise<void> {
  return send(to, "confirm-new-email", props, { code: props.code, url: props.url }, options);
}

/** The link, and maybe a code, that lead to a new password. */
export function sendResetPassword(to: string, props: Props<"reset-password">, options?: MailOptions): Promise<void> {
  return send(to, "reset-password", props, { code: props.code, url: props.url }, options);
}

/** To a person for whom an operator made an account. */
export function sendInvitation(to: string, props: Props<"invitation">, options?: MailOptions): Promise<void> {
  return send(to, "invitation", props, { code: props.code, url: props.url }, options);
}

/** Invites the owner of an address to become an admin, by a link to a storefront's page. */
export function sendAdminInvitation(
  to: string,
  props: Props<"admin-invitation">,
  options?: MailOptions,
): Promise<void> {
  return send(to, "admin-invitation", props, { url: props.url }, options);
}

/** Tells the owner of a taken address what the registration page must not say. */
export function sendAddressInUse(to: string, props: Props<"address-in-use">, options?: MailOptions): Promise<void> {
  return send(to, "address-in-use", props, { url: props.loginUrl }, options);
}

/** After a password was changed or reset. `device` is words like "Firefox on Linux", here and below. */
export function sendPasswordChanged(
  to: string,
  props: Props<"password-changed">,
  options?: MailOptions,
): Promise<void> {
  return send(to, "password-changed", props, { url: props.forgotUrl }, options);
}

/** To the OLD address when a change is asked for. `undoUrl` works before and after the change. */
export function sendEmailChangeNotice(
  to: string,
  props: Props<"email-change-notice">,
  options?: MailOptions,
): Promise<void> {
  return send(to, "email-change-notice", props, { url: props.undoUrl }, options);
}

/** To the new address once it is in use. */
export function sendEmailChanged(
  to: string,
  given: Omit<Props<"email-changed">, "accountUrl">,
  options?: MailOptions,
): Promise<void> {
  const accountUrl = `${env().APP_URL}/account`;
  const props = { ...given, accountUrl };
  return send(to, "email-changed", props, { url: accountUrl }, options);
}

/** To the OLD address, once the operator of the site has set another. `undo` takes that back. */
export function sendEmailSet(to: string, props: Props<"email-set">, options?: MailOptions): Promise<void> {
  return send(to, "email-set", props, { url: props.undo?.url ?? env().APP_URL }, options);
}

/** To the address that an account loses when a change is taken back. */
export function sendEmailTakenBack(to: string, props: Props<"email-taken-back">, options?: MailOptions): Promise<void> {
  return send(to, "email-taken-back", props, { url: props.forgotUrl }, options);
}

/** After a sign-in from a device that is new to the account. */
export function sendNewSignIn(to: string, props: Props<"new-sign-in">, options?: MailOptions): Promise<void> {
  return send(to, "new-sign-in", props, { url: props.accountUrl }, options);
}

/** After a person was given another role. */
export function sendRoleChanged(to: string, props: Props<"role-changed">, options?: MailOptions): Promise<void> {
  return send(to, "role-changed", props, { url: props.accountUrl }, options);
}

/** After a session was ended because it gave too many wrong passwords, or because its refresh token had been copied. */
export function sendSessionEnded(to: string, props: Props<"session-ended">, options?: MailOptions): Promise<void> {
  return send(to, "session-ended", props, { url: props.forgotUrl }, options);
}

/** What `sendFactorChanged` can tell of. */
export type FactorChange = Props<"factor-changed">["change"];

/** After a change of the ways in which a person proves who they are. */
export function sendFactorChanged(to: string, props: Props<"factor-changed">, options?: MailOptions): Promise<void> {
  return send(to, "factor-changed", props, { url: props.accountUrl }, options);
}

/** As soon as an admin asks for a reset of a person's factors. */
export function sendFactorReset(to: string, props: Props<"factor-reset">, options?: MailOptions): Promise<void> {
  return send(to, "factor-reset", props, { url: props.stopUrl }, options);
}

/** After a person's data was downloaded. */
export function sendDataExported(to: string, props: Props<"data-exported">, options?: MailOptions): Promise<void> {
  return send(to, "data-exported", props, { url: props.accountUrl }, options);
}

/** After a third party was connected as a way to sign in. */
export function sendAccountLinked(to: string, props: Props<"account-linked">): Promise<void> {
  return send(to, "account-linked", props, { url: props.accountUrl });
}

/** After a third party was disconnected. `device` is words like "Firefox on Linux". */
export function sendAccountUnlinked(to: string, props: Props<"account-unlinked">): Promise<void> {
  return send(to, "account-unlinked", props, { url: props.accountUrl });
}

function send<Name extends Template>(
  to: string,
  template: Name,
  props: Props<Name>,
  use: { code?: string; url: string },
  { decoy = false }: MailOptions = {},
): Promise<void> {
  return enqueue({ to, template, props, ...use, decoy }, URGENCY[template]);
}
