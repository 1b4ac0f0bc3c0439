import type { AuthErrorCode } from "@/lib/auth/model/errors";

type Words = { title: string; lead: string };

/** The outcomes of a visit to a third party, in words for the person. The provider's own words are never shown. */
const WORDS: Partial<Record<AuthErrorCode, (name: string) => Words>> = {
  provider_denied: () => ({
    title: "You cancelled the sign-in",
    lead: "Nothing was changed.",
  }),
  provider_state: () => ({
    title: "This sign-in is no longer valid",
    lead: "It has expired, was used already, or began in another browser. Please start again.",
  }),
  provider_failed: (name) => ({
    title: `${name} did not answer as expected`,
    lead: "Please try again in a moment, or sign in another way.",
  }),
  provider_email: (name) => ({
    title: "There is no confirmed email",
    lead: `${name} did not confirm an email address for you. Confirm one there, or sign in another way.`,
  }),
  account_exists: (name) => ({
    title: "You already have an account",
    lead: `It has the same email as your account at ${name}. Sign in once the way you did before, and ${name} will be connected: from then on both work.`,
  }),
  account_linked_elsewhere: (name) => ({
    title: "That account is connected elsewhere",
    lead: `Your account at ${name} opens another account here. Disconnect it there first.`,
  }),
  reauthentication_required: (name) => ({
    title: "Please sign in again",
    lead: `Connecting ${name} needs a sign-in from the last ten minutes.`,
  }),
  unauthenticated: (name) => ({
    title: "You are signed out",
    lead: `Sign in again to connect ${name}. Nothing was changed.`,
  }),
  email_unverified: () => ({
    title: "Please confirm your email address",
    lead: "Your address here was never confirmed. Setting a new password by email confirms it.",
  }),
  user_disabled: () => ({
    title: "This account has been disabled",
    lead: "Ask the people who run this site.",
  }),
  signup_disabled: () => ({
    title: "Registration is closed",
    lead: "New accounts cannot be created here at the moment. If you have one already, you can sign in.",
  }),
};

/** The words for `?problem=`. Anyone can write an address, so other values read like an expired visit. */
export function problemWords(problem: string | undefined, name: string): Words & { code: AuthErrorCode } {
  const code = (Object.hasOwn(WORDS, problem ?? "") ? problem : "provider_state") as AuthErrorCode;
  const words = WORDS[code]?.(name);
  return { code, title: words?.title ?? "", lead: words?.lead ?? "" };
}
