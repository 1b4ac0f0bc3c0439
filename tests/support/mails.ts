import { sendMail } from "@/lib/mail/messages";

const at = new Date("2026-11-21T21:05:00Z");
const device = "Firefox on Linux";
const link = (page: string) => `https://app.example.com/${page}`;

/** Writes one mail of every kind to an address. */
export async function sendOneOfEach(to: string): Promise<void> {
  await sendMail(to, "confirm-email", { code: "493017", url: link("verify-email?token=a") });
  await sendMail(to, "your-code", { code: "493018" });
  await sendMail(to, "confirm-new-email", { url: link("verify-email?token=b") });
  await sendMail(to, "reset-password", { url: link("reset-password?token=c") });
  await sendMail(to, "invitation", { code: "493020", url: link("reset-password?token=f") });
  await sendMail(to, "admin-invitation", { url: link("invite?token=g") });
  await sendMail(to, "address-in-use", {});
  await sendMail(to, "password-changed", { at, device });
  await sendMail(to, "email-change-notice", { newEmail: "bob@example.com", url: link("verify-email?token=d") });
  await sendMail(to, "email-changed", { email: "bob@example.com", isUndoable: true });
  await sendMail(to, "email-set", { newEmail: "bob@example.com", url: link("verify-email?token=f") });
  await sendMail(to, "email-taken-back", { email: "bob@example.com" });
  await sendMail(to, "new-sign-in", { at, device, ip: null });
  await sendMail(to, "sign-in-code", { code: "493019", url: link("sign-in-code?token=e"), device, ip: null });
  await sendMail(to, "session-ended", { at, device, why: "passwords" });
  await sendMail(to, "data-exported", { at, device });
  await sendMail(to, "role-changed", { newRole: "admin", at });
  await sendMail(to, "factor-changed", { change: "passkey-added", at, device });
  await sendMail(to, "factor-reset", { due: at, url: link("stop-factor-reset?token=h") });
  await sendMail(to, "account-linked", { provider: "GitHub", at, device });
  await sendMail(to, "account-unlinked", { provider: "GitHub", at, device });
}

/** Writes a mail with a link that sets a password. It waits behind notices. */
export function sendLink(to: string): Promise<void> {
  return sendMail(to, "reset-password", { url: link("reset-password?token=t-1") });
}

/** Writes a notice, which no other mail holds up. */
export function sendNotice(to: string): Promise<void> {
  return sendMail(to, "password-changed", { at, device });
}
