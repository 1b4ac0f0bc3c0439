import { describe, expect, test } from "vitest";
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
import { FactorChanged } from "@/emails/factor-changed";
import { FactorReset } from "@/emails/factor-reset";
import { Invitation } from "@/emails/invitation";
import { NewSignIn } from "@/emails/new-sign-in";
import { PasswordChanged } from "@/emails/password-changed";
import { ResetPassword } from "@/emails/reset-password";
import { RoleChanged } from "@/emails/role-changed";
import { SessionEnded } from "@/emails/session-ended";
import { SignInCode } from "@/emails/sign-in-code";
import { address, label, moment } from "@/emails/words";
import { renderMail } from "@/lib/mail/templates";

const APP_URL = "https://app.example.com";
const at = new Date("2026-11-21T21:05:00Z");
const device = "Firefox on Linux";

const MAILS = {
  "confirm-email": <ConfirmEmail code="493017" url={`${APP_URL}/verify-email?token=t-1&x=2`} />,
  "confirm-new-email": <ConfirmNewEmail url={`${APP_URL}/verify-email?token=t-2`} />,
  "reset-password": <ResetPassword code="493020" url={`${APP_URL}/reset-password?token=t-3`} />,
  "admin-invitation": <AdminInvitation url={`${APP_URL}/invite?token=t-7`} />,
  invitation: <Invitation code="493021" url={`${APP_URL}/reset-password?token=t-6`} />,
  "address-in-use": <AddressInUse />,
  "password-changed": <PasswordChanged at={at} device={device} />,
  "email-change-notice": <EmailChangeNotice newEmail="bob@example.com" url={`${APP_URL}/verify-email?token=t-4`} />,
  "email-changed": <EmailChanged email="bob@example.com" isUndoable />,
  "email-set": <EmailSet newEmail="bob@example.com" url={`${APP_URL}/verify-email?token=t-7`} />,
  "email-taken-back": <EmailTakenBack email="bob@example.com" />,
  "new-sign-in": <NewSignIn at={at} device={device} ip="2001:db8::1" />,
  "role-changed": <RoleChanged newRole="admin" at={at} />,
  "session-ended": <SessionEnded at={at} device={device} why="passwords" />,
  "sign-in-code": (
    <SignInCode code="493019" url={`${APP_URL}/sign-in-code?token=t-5`} device={device} ip="2001:db8::1" />
  ),
  "factor-changed": <FactorChanged change="factors-reset" at={at} device={device} />,
  "factor-reset": <FactorReset due={at} url={`${APP_URL}/stop-factor-reset?token=t-8`} />,
  "data-exported": <DataExported at={at} device={device} />,
  "account-linked": <AccountLinked provider="GitHub" at={at} device={device} />,
  "account-unlinked": <AccountUnlinked provider="GitHub" at={at} device={device} />,
};
type Name = keyof typeof MAILS;

const EXPECTED: Record<Name, { words: string[]; links: string[] }> = {
  "confirm-email": {
    words: ["493017", "valid for 10 minutes, the link for 24 hours"],
    links: ["/verify-email?token=t-1&x=2"],
  },
  "confirm-new-email": { words: ["valid for 60 minutes"], links: ["/verify-email?token=t-2"] },
  invitation: { words: ["493021", "valid for 24 hours, the code for 10"], links: ["/reset-password?token=t-6"] },
  "admin-invitation": { words: ["valid for 24 hours"], links: ["/invite?token=t-7"] },
  "reset-password": { words: ["493020", "valid for 30 minutes"], links: ["/reset-password?token=t-3"] },
  "address-in-use": { words: ["Someone tried to register"], links: ["/login", "/forgot-password"] },
  "password-changed": { words: ["21 November 2026 at 21:05 UTC", device], links: ["/forgot-password"] },
  "email-change-notice": { words: ["bob@example.com", "valid for 7 days"], links: ["/verify-email?token=t-4"] },
  "email-changed": { words: ["bob@example.com", "for 7 days"], links: ["/account"] },
  "email-set": { words: ["bob@example.com", "operator", "valid for 7 days"], links: ["/verify-email?token=t-7"] },
  "email-taken-back": { words: ["bob@example.com", "former address"], links: ["/forgot-password"] },
  "new-sign-in": { words: [device, "2001:db8::1"], links: ["/account/activity"] },
  "role-changed": { words: ["admin", "21 November 2026 at 21:05 UTC"], links: ["/account"] },
  "session-ended": { words: [device, "wrong current password"], links: ["/forgot-password"] },
  "sign-in-code": {
    words: ["493019", "valid for 10 minutes", device, "2001:db8::1"],
    links: ["/sign-in-code?token=t-5"],
  },
  "factor-changed": { words: [device, "tell the people who run this site"], links: ["/account/security"] },
  "factor-reset": { words: ["21 November 2026 at 21:05 UTC"], links: ["/stop-factor-reset?token=t-8"] },
  "data-exported": { words: [device, "secrets are not in it"], links: ["/account/activity"] },
  "account-linked": { words: ["sign in to your account with GitHub", device], links: ["/account/security"] },
  "account-unlinked": {
    words: ["account at GitHub", device, "other devices were signed out"],
    links: ["/account/security"],
  },
};

const HOSTILE = [
  "<script>alert(1)</script>",
  '"><svg onload=alert(1)>',
  "<a href=https://evil.example>Claim prize</a>",
  "Visit http://evil.example now",
  "{{7*7}}",
  "</script><script>",
  "\u202Egnp.exe\u202C\u0000\r\nBcc: victim@example.com",
  `a${"\u0301".repeat(300)}`,
  "x".repeat(300),
];

function hrefs(html: string): string[] {
  return [...html.matchAll(/href="([^"]*)"/g)].map(([, href = ""]) => href.replaceAll("&amp;", "&"));
}

describe.each(Object.keys(MAILS) as Name[])("the mail %s", (name) => {
  const { words, links } = EXPECTED[name];
  const urls = links.map((link) => APP_URL + link);

  test("says what it must in both parts: code, validity, what was noticed", async () => {
    const { html, text } = await renderMail(MAILS[name]);
    for (const word of words) {
      expect(html).toContain(word);
      expect(text).toContain(word);
    }
    expect(text).toMatch(/not you|did not/);
  });

  test("links to nothing but this site, with no redirector in between", async () => {
    const { html, text } = await renderMail(MAILS[name]);
    expect(hrefs(html)).toEqual(urls);
    expect(text.match(/https?:\/\/\S+/g)).toEqual(urls);
  });

  test("loads nothing and runs nothing", async () => {
    const { html } = await renderMail(MAILS[name]);
    expect(html).not.toMatch(/<(img|script|link|iframe|object|form|base)\b|\bsrc=|url\(|@import|\bon\w+=/i);
  });
});

test("a reset link says to whom it comes uncalled for, and to whom it was promised", async () => {
  const url = `${APP_URL}/reset-password?token=t`;
  const [asked, disowned] = await Promise.all([
    renderMail(<ResetPassword url={url} />),
    renderMail(<ResetPassword url={url} why="disowned" />),
  ]);
  expect(asked.text).toContain("your password stays as it is");
  expect(disowned.text).toContain("your password no longer works");
  expect(disowned.text).not.toContain("stays as it is");
});

describe("what others typed", () => {
  test.each(HOSTILE)("is words in a mail, never markup or a link: %#", async (hostile) => {
    const mails = [
      <NewSignIn key="a" at={at} device={hostile} ip={hostile} />,
      <PasswordChanged key="b" at={at} device={hostile} />,
      <SessionEnded key="c" at={at} device={hostile} why="passwords" />,
      <DataExported key="f" at={at} device={hostile} />,
      <AccountLinked key="d" at={at} provider={hostile} device={hostile} />,
      <AccountUnlinked key="g" at={at} provider={hostile} device={hostile} />,
      <SignInCode key="e" code="493019" url={`${APP_URL}/sign-in-code?token=t`} device={hostile} ip={hostile} />,
    ];
    for (const { html, text } of await Promise.all(mails.map(renderMail))) {
      expect(hrefs(html)).toHaveLength(1);
      expect(text.match(/https?:\/\/\S+/g)).toHaveLength(1);
      expect(html + text).not.toMatch(/<script|<svg|evil\.example|\u202E|x{61}|\u0301{3}/);
      expect(text).not.toMatch(/^Bcc:/m);
    }
  });

  test.each(HOSTILE)("as a new address it breaks nothing: %#", async (hostile) => {
    const url = `${APP_URL}/verify-email?token=t`;
    const { html, text } = await renderMail(<EmailChangeNotice newEmail={hostile} url={url} />);
    expect(hrefs(html)).toEqual([url]);
    expect(html).not.toMatch(/<script|<svg|<a href=https/);
    expect(text).not.toMatch(/^Bcc:|\u202E|\u0301{3}/m);
  });

  test("is not in a mail to someone who has proved nothing yet", () => {
    expect(Object.keys(MAILS["confirm-email"].props)).toEqual(["code", "url"]);
    expect(Object.keys(MAILS["address-in-use"].props)).toEqual([]);
  });
});

describe("words", () => {
  test("a label is cut to 60 characters and never empty", () => {
    expect([...label("y".repeat(300))]).toHaveLength(60);
    expect(label("\u200B<>")).toBe("unknown");
    expect(label("Safari 17.4 on iPhone")).toBe("Safari 17.4 on iPhone");
  });

  test("an address stays as it is, up to the longest that mail allows", () => {
    expect(address("o'hara+tag@mail.example.com")).toBe("o'hara+tag@mail.example.com");
    expect(address("\u{1F600}".repeat(300))).toBe(`${"\u{1F600}".repeat(253)}…`);
  });

  test("a moment names its time zone", () => {
    expect(moment(at)).toBe("21 November 2026 at 21:05 UTC");
  });
});
