import { type ComponentProps, createElement, type FunctionComponent } from "react";
import { AccountLinked } from "@/emails/account-linked";
import { AddressInUse } from "@/emails/address-in-use";
import { ConfirmEmail } from "@/emails/confirm-email";
import { ConfirmNewEmail } from "@/emails/confirm-new-email";
import { EmailChangeNotice } from "@/emails/email-change-notice";
import { EmailChanged } from "@/emails/email-changed";
import { NewSignIn } from "@/emails/new-sign-in";
import { PasswordChanged } from "@/emails/password-changed";
import { ResetPassword } from "@/emails/reset-password";
import { SessionEnded } from "@/emails/session-ended";
import { YourCode } from "@/emails/your-code";
import { afterCommit } from "@/lib/db/transaction-context";
import { env } from "@/lib/env";
import { createMailQueue, MAIL_TIMING, type MailQueue, type MailService } from "./mail-queue";
import { keepMail } from "./mailbox";
import { resendService } from "./resend";

/*
 * One function a mail. Each takes one address and returns at once: a mail never delays, changes or breaks an answer.
 * Subjects are fixed, so nothing that a person typed reaches a header.
 */

/** Proves the address of a registration: a code to type and a link to open. */
export function sendConfirmEmail(
  to: string,
  props: ComponentProps<typeof ConfirmEmail>,
  options: Options = {},
): Promise<void> {
  return send(to, "Confirm your email address", ConfirmEmail, props, { code: props.code, url: props.url }, options);
}

/** A code by itself, for a page that asks for one and says what for. */
export function sendCode(to: string, props: ComponentProps<typeof YourCode>, options: Options = {}): Promise<void> {
  return send(to, "Your code", YourCode, props, { code: props.code, url: env().APP_URL }, options);
}

/** Proves the address that a user wants to change to. */
export function sendConfirmNewEmail(
  to: string,
  props: ComponentProps<typeof ConfirmNewEmail>,
  options: Options = {},
): Promise<void> {
  return send(to, "Confirm your new email address", ConfirmNewEmail, props, { url: props.url }, options);
}

/** The link that sets a new password. */
export function sendResetPassword(
  to: string,
  props: ComponentProps<typeof ResetPassword>,
  options: Options = {},
): Promise<void> {
  return send(to, "Reset your password", ResetPassword, props, { url: props.url }, options);
}

/** Tells the owner of a taken address what the registration page must not say. */
export function sendAddressInUse(
  to: string,
  props: ComponentProps<typeof AddressInUse>,
  options: Options = {},
): Promise<void> {
  return send(to, "You already have an account", AddressInUse, props, { url: props.loginUrl }, options);
}

/** After a password was changed or reset. `device` is words like "Firefox on Linux", here and below. */
export function sendPasswordChanged(
  to: string,
  props: ComponentProps<typeof PasswordChanged>,
  options: Options = {},
): Promise<void> {
  return send(to, "Your password was changed", PasswordChanged, props, { url: props.forgotUrl }, options);
}

/** To the OLD address when a change is asked for. `undoUrl` works before and after the change. */
export function sendEmailChangeNotice(
  to: string,
  props: ComponentProps<typeof EmailChangeNotice>,
  options: Options = {},
): Promise<void> {
  return send(to, "Your email address is about to change", EmailChangeNotice, props, { url: props.undoUrl }, options);
}

/** To the new address once it is in use. */
export function sendEmailChanged(to: string, { email }: { email: string }, options: Options = {}): Promise<void> {
  const accountUrl = `${env().APP_URL}/account`;
  return send(to, "Your email address was changed", EmailChanged, { email, accountUrl }, { url: accountUrl }, options);
}

/** After a sign-in from a device that is new to the account. */
export function sendNewSignIn(
  to: string,
  props: ComponentProps<typeof NewSignIn>,
  options: Options = {},
): Promise<void> {
  return send(to, "New sign-in to your account", NewSignIn, props, { url: props.accountUrl }, options);
}

/** After a session was ended because it gave too many wrong passwords, or because its refresh token had been copied. */
export function sendSessionEnded(
  to: string,
  props: ComponentProps<typeof SessionEnded>,
  options: Options = {},
): Promise<void> {
  return send(to, "A device was signed out", SessionEnded, props, { url: props.forgotUrl }, options);
}

/** After a third party was connected as a way to sign in. */
export function sendAccountLinked(
  to: string,
  props: ComponentProps<typeof AccountLinked>,
  options: Options = {},
): Promise<void> {
  return send(to, "A way to sign in was added", AccountLinked, props, { url: props.accountUrl }, options);
}

/** Resolves when every mail has been sent or given up: before the process ends, and in tests. */
export async function mailIdle(): Promise<void> {
  await shared.latchkeyMail?.idle();
}

/** Modules are evaluated once per bundle; there is one queue, or the pace would not hold. */
const shared = globalThis as typeof globalThis & { latchkeyMail?: MailQueue };

type Options = { decoy?: boolean };

async function send<Props extends object>(
  to: string,
  subject: string,
  template: FunctionComponent<Props>,
  props: Props,
  use: { code?: string; url: string },
  { decoy = false }: Options,
): Promise<void> {
  // A provider of one's own may call people what it likes: not every user has an address to write to.
  if (!to.includes("@") || decoy) return;
  afterCommit(() => {
    shared.latchkeyMail ??= startQueue();
    shared.latchkeyMail.add({ to, subject, body: createElement(template, props), ...use });
  });
}

/** Resend where there is a key; without one (development only, `env()` sees to that) mail stays on this machine. */
function startQueue(): MailQueue {
  const { RESEND_API_KEY: apiKey, MAIL_FROM: from, RESEND_BASE_URL: baseUrl } = env();
  return apiKey
    ? createMailQueue(resendService({ apiKey, from, baseUrl }))
    : createMailQueue(toMailbox, { ...MAIL_TIMING, perInterval: MAILBOX_PER_INTERVAL });
}

const MAILBOX_PER_INTERVAL = 1000;

const toMailbox: MailService = async (mail) => {
  await keepMail(mail);
  return { status: "sent" };
};
