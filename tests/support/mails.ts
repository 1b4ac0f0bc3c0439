import * as mail from "@/lib/mail/messages";

const at = new Date("2026-11-21T21:05:00Z");
const device = "Firefox on Linux";
const link = (page: string) => `https://app.example.com/${page}`;

/** Writes one mail of every kind to an address. */
export async function sendOneOfEach(to: string): Promise<void> {
  await mail.sendConfirmEmail(to, { code: "493017", url: link("verify-email?token=a") });
  await mail.sendCode(to, { code: "493018" });
  await mail.sendConfirmNewEmail(to, { url: link("verify-email?token=b") });
  await mail.sendResetPassword(to, { url: link("reset-password?token=c") });
  await mail.sendInvitation(to, { code: "493020", url: link("reset-password?token=f") });
  await mail.sendAdminInvitation(to, { url: link("invite?token=g") });
  await mail.sendAddressInUse(to, { loginUrl: link("login"), forgotUrl: link("forgot-password") });
  await mail.sendPasswordChanged(to, { at, device, forgotUrl: link("forgot-password") });
  await mail.sendEmailChangeNotice(to, { newEmail: "bob@example.com", undoUrl: link("verify-email?token=d") });
  await mail.sendEmailChanged(to, { email: "bob@example.com", isUndoable: true });
  await mail.sendEmailSet(to, { undo: { newEmail: "bob@example.com", url: link("verify-email?token=f") } });
  await mail.sendEmailTakenBack(to, { email: "bob@example.com", forgotUrl: link("forgot-password") });
  await mail.sendNewSignIn(to, { at, device, ip: null, accountUrl: link("account") });
  await mail.sendSignInCode(to, { code: "493019", url: link("sign-in-code?token=e"), device, ip: null });
  await mail.sendSessionEnded(to, { at, device, forgotUrl: link("forgot-password") });
  await mail.sendDataExported(to, { at, device, accountUrl: link("account/activity") });
  await mail.sendRoleChanged(to, { newRole: "admin", at, accountUrl: link("account") });
  const urls = { accountUrl: link("account"), forgotUrl: link("forgot-password") };
  await mail.sendFactorChanged(to, { change: "passkey-added", at, device, ...urls });
  await mail.sendFactorReset(to, { due: at, stopUrl: link("stop-factor-reset?token=h") });
  await mail.sendAccountLinked(to, { provider: "GitHub", at, device, accountUrl: link("account") });
  await mail.sendAccountUnlinked(to, { provider: "GitHub", at, device, accountUrl: link("account") });
}

/** Writes a mail with a link that sets a password. It waits behind notices. */
export function sendLink(to: string): Promise<void> {
  return mail.sendResetPassword(to, { url: link("reset-password?token=t-1") });
}

/** Writes a notice, which no other mail holds up. */
export function sendNotice(to: string): Promise<void> {
  return mail.sendPasswordChanged(to, { at, device, forgotUrl: link("forgot-password") });
}
