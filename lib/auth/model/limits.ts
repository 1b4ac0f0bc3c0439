import { RESET_TTL_MINUTES, SESSION_ABSOLUTE_DAYS } from "@/lib/validity";

/** How often something may be tried. */
export type Limit = {
  name: string;
  /** This many attempts are free … */
  points: number;
  /** … in a window of this many seconds that starts with the first. */
  windowSeconds: number;
  /** The wait after the last free attempt, doubled with each further one, up to the window. Without it: to the window's end. */
  firstDelaySeconds?: number;
};

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const GUESSES = { points: 10, windowSeconds: 15 * MINUTE, firstDelaySeconds: MINUTE };

/**
 * What is limited, and to how much. Guesses and mails of a known device have budgets of their own, so that a stranger's
 * cannot lock the owner out or silence their mail.
 */
export const LIMITS = {
  /** Wrong passwords for one account: from all unknown devices together, and from each known one. */
  passwordPerAccount: { name: "password:account", ...GUESSES },
  passwordPerDevice: { name: "password:device", ...GUESSES },
  /** Wrong passwords from one source, whatever the account: spraying and stuffing. */
  passwordPerSource: { name: "password:source", points: 40, windowSeconds: 15 * MINUTE },
  /** Wrong passwords typed inside a session, in all its life. Past it the session ends. */
  passwordPerSession: { name: "password:session", points: 10, windowSeconds: SESSION_ABSOLUTE_DAYS * DAY },
  /** The same over all sessions of an account. */
  passwordInSessions: { name: "password:sessions", points: 30, windowSeconds: DAY },
  /** Refresh tokens that an app's session exchanges. Each is kept for a week, and goes when the session ends. */
  refreshPerSession: { name: "refresh:session", points: 100, windowSeconds: HOUR },
  /** Wrong codes for one address, over all rows and surfaces. A million codes are few. */
  codePerAccount: { name: "code:account", points: 10, windowSeconds: HOUR, firstDelaySeconds: MINUTE },
  codePerDevice: { name: "code:device", points: 10, windowSeconds: HOUR, firstDelaySeconds: MINUTE },
  codePerSource: { name: "code:source", points: 20, windowSeconds: 15 * MINUTE },
  /** Wrong codes of an authenticator, and wrong recovery codes, for one account: three codes in a million are right at any time. */
  secondPerAccount: { name: "second:account", ...GUESSES },
  secondPerDevice: { name: "second:device", ...GUESSES },
  secondPerDay: { name: "second:day", points: 50, windowSeconds: DAY },
  secondPerSource: { name: "second:source", points: 40, windowSeconds: 15 * MINUTE },
  /** Ceremonies with passkeys: each leaves a row. */
  passkeyPerSource: { name: "passkey:source", points: 60, windowSeconds: 15 * MINUTE },
  /** Passwords judged while they are typed: each takes up to 200 ms of the one thread that also judges passwords to be set. */
  passwordHintPerSource: { name: "password-hint:source", points: 120, windowSeconds: 15 * MINUTE },
  registerPerSource: { name: "register:source", points: 10, windowSeconds: HOUR },
  forgotPerSource: { name: "forgot:source", points: 20, windowSeconds: HOUR },
  signInCodePerSource: { name: "sign-in-code:source", points: 20, windowSeconds: HOUR },
  /** New passwords, authenticator apps and recovery codes of a signed-in person: each mails a notice. */
  newSecretsPerUser: { name: "new-secrets:user", points: 20, windowSeconds: HOUR },
  emailChangePerUser: { name: "email-change:user", points: 3, windowSeconds: HOUR },
  /** Usernames that a signed-in person tries: each answer tells whether another person has that name. */
  usernamePerUser: { name: "username:user", points: 10, windowSeconds: HOUR },
  /** Pictures uploaded: each costs up to seconds of a processor. */
  picturePerUser: { name: "picture:user", points: 20, windowSeconds: HOUR },
  picturePerSource: { name: "picture:source", points: 60, windowSeconds: HOUR },
  /** Visits to third parties: each leaves a row and asks the provider. */
  providerPerSource: { name: "provider:source", points: 60, windowSeconds: 15 * MINUTE },
  /** Tokens of links that are wrong. */
  tokenPerSource: { name: "token:source", points: 20, windowSeconds: MINUTE },
  /** Mails of one kind to one address, at the request of one source or of one known device … */
  mailPerMinute: { name: "mail:minute", points: 1, windowSeconds: MINUTE },
  mailPerHour: { name: "mail:hour", points: 5, windowSeconds: HOUR },
  /** … and of all strangers together. The window is as long as a reset link works, so the newest link in the mailbox works. */
  mailPerAddress: { name: "mail:address", points: 5, windowSeconds: RESET_TTL_MINUTES * MINUTE },
  /** Notices of sign-ins by one API client at one address. */
  signInNotice: { name: "notice:sign-in", points: 1, windowSeconds: 30 * DAY },
  /** Notices of sign-ins by new devices of one person, whatever they are. */
  signInNotices: { name: "notice:sign-ins", points: 20, windowSeconds: HOUR },
  /** Mails to one address that go out in their turn. Further ones wait behind all others, so that a flood delays only itself. */
  mailsInTime: { name: "mail:in-time", points: 20, windowSeconds: HOUR },
  /** Notices that a stranger used an address: one an hour says it all. */
  noticePerHour: { name: "notice:hour", points: 1, windowSeconds: HOUR },
  /** Sign-ins that stop at the second step and are noted in the owner's activity: from one source, and of one account. */
  owingPerSource: { name: "owing:source", points: 1, windowSeconds: HOUR },
  owingPerAccount: { name: "owing:account", points: 20, windowSeconds: DAY },
  /** "This was not me": each mails a reset link. */
  disownPerUser: { name: "disown:user", points: 3, windowSeconds: HOUR },
  exportPerUser: { name: "export:user", points: 5, windowSeconds: HOUR },
} as const satisfies Record<string, Limit>;

/**
 * What the networks around a source have, as multiples of its own limit. Four homes, a /56 each, must act together to use up a /48,
 * and a person with a whole /48 counts for no more than sixteen IPv4 addresses.
 */
const MULTIPLES = { "/56": 4, "/48": 16 };

/** The limit of a wider one of `sourcesOf`, like "2001:db8:1::/48", where `limit` is that of the narrow one. */
export function limitOfNetwork(limit: Limit, network: string): Limit {
  const prefix = network.endsWith("/56") ? "/56" : "/48";
  return { ...limit, name: limit.name.replace(/source$/, prefix), points: MULTIPLES[prefix] * limit.points };
}
