import { z } from "zod";
import type { Prisma } from "@/prisma/client/client";
import { AUTH_ERRORS } from "./errors";
import { MAX_PASSWORD_CHARACTERS } from "./password-policy";
import { isRole } from "./permissions";
import { ACCOUNT_SHAPE, REGISTRATION_SHAPE } from "./profile";
import { INVISIBLE, line } from "./text";

const MAX_EMAIL = 254;
const MAX_LOCAL_PART = 64;
const MAX_NAME = 100;
const MAX_URL = 2_000;
const MAX_METADATA_BYTES = 4_000;
const MAX_METADATA_DEPTH = 8;

const UNSTORABLE = /\0|\p{Cs}/u;
/** Deliberately narrow: dot-atom local part, dotted ASCII host with letters in its last label, no length to backtrack over. */
const EMAIL =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;

/**
 * An address in lower case, A to Z only. `toLowerCase()` also makes a plain "k" of the Kelvin sign (U+212A), so that two
 * different addresses would name one account.
 */
export function lowerCaseAddress(address: string): string {
  return address.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** One mailbox, one spelling: trimmed and lower-case. Nothing else is folded, since that is the mail provider's business. */
export const email = z
  .string("Enter your email address.")
  .max(MAX_EMAIL * 2, "That email address is too long.")
  .trim()
  .overwrite(lowerCaseAddress)
  .min(1, "Enter your email address.")
  .max(MAX_EMAIL, "That email address is too long.")
  .refine(
    (value) => EMAIL.test(value) && value.indexOf("@") <= MAX_LOCAL_PART,
    "Enter an email address like name@example.com.",
  );

export const ENTER_PASSWORD = "Enter your password.";
/** A password as typed to sign in: only its size is limited, so that stricter rules do not lock people out. */
const typedPassword = z.string(ENTER_PASSWORD).max(MAX_PASSWORD_CHARACTERS * 4, "That password is too long.");
export const currentPassword = typedPassword.min(1, ENTER_PASSWORD);
/** People without a password leave it out; `confirmPassword` asks the others for it. */
const passwordIfAny = typedPassword.default("");

/** A password to be set. Only its length is checked here: `passwordProblem` checks the rest, where the account is known. */
export const newPassword = z
  .string("Choose a password.")
  .min(1, "Choose a password.")
  .max(MAX_PASSWORD_CHARACTERS * 2, `Use at most ${MAX_PASSWORD_CHARACTERS} characters.`);

/** What a person calls something: an app, a passkey, themselves. */
export const name = line(MAX_NAME);

/** An https picture elsewhere, or none. */
export const image = z
  .string("Enter an address that starts with https://.")
  .max(MAX_URL, "That address is too long.")
  .trim()
  .refine((value) => value === "" || isHttpsUrl(value), "Enter an address that starts with https://.")
  .transform((value) => (value === "" ? null : new URL(value).href));

/** What an API client keeps with a user, as it likes. It travels in every token, so it must be small. */
export const metadata = z.custom<Prisma.JsonObject>(
  (value) =>
    isJson(value, MAX_METADATA_DEPTH) &&
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    new TextEncoder().encode(JSON.stringify(value)).length <= MAX_METADATA_BYTES,
  `Send an object of at most ${MAX_METADATA_BYTES} bytes of plain JSON.`,
);

export const token = z
  .string(AUTH_ERRORS.token_invalid.message)
  .min(1, AUTH_ERRORS.token_invalid.message)
  .max(200, AUTH_ERRORS.token_invalid.message);
export const code = z
  .string("Enter the code from the email.")
  .max(50, "Enter the six digits from the email.")
  .transform((value) => value.replace(/[\s-]/g, ""))
  .refine((value) => /^\d{6}$/.test(value), "Enter the six digits from the email.");
/** Checkboxes send "on" or nothing; JSON sends booleans. */
export const checkbox = z
  .union([z.boolean(), z.string().max(10)], "Choose yes or no.")
  .optional()
  .transform((value) => value === true || value === "on" || value === "true");
/** Where the person wants to go next. `safeRedirect` decides about it; here only its length is checked. */
export const to = z.string().max(MAX_URL).optional().catch(undefined) as z.ZodType<string | undefined>;

/** Where our page with a button leads on to, sealed. We write no text that is longer. */
const next = z
  .string()
  .max(MAX_URL * 4)
  .catch("");

const confirmed = <T extends { newPassword: string; confirmPassword?: string | undefined }>(value: T) =>
  value.confirmPassword === undefined || value.confirmPassword === value.newPassword;
/** What is said of a password that was not typed twice alike. */
export const PASSWORDS_DIFFER = "The passwords do not match. Type them again.";
const MISMATCH = { path: ["confirmPassword"], error: PASSWORDS_DIFFER };
const confirmPassword = z
  .string("Type the password again.")
  .max(MAX_PASSWORD_CHARACTERS * 4)
  .optional();

export const LoginInput = z.object({ email, password: currentPassword, remember: checkbox });
export const RegisterInput = z.object({ ...REGISTRATION_SHAPE, email, password: newPassword });
/** What else a registration's form holds that helps to judge its password. */
const said = z.string().max(MAX_EMAIL).optional().catch(undefined);
export const TypedPasswordInput = z.object({
  password: newPassword,
  token: token.optional().catch(undefined),
  email: said,
  name: said,
  username: said,
});
export const ForgotPasswordInput = z.object({ email });
export const ResetPasswordInput = z.object({ token, newPassword, confirmPassword }).refine(confirmed, MISMATCH);
export const ChangePasswordInput = z
  .object({ currentPassword, newPassword, confirmPassword })
  .refine(confirmed, MISMATCH);
export const ConfirmCodeInput = z.object({ code });
export const ConfirmLinkInput = z.object({ token, password: currentPassword.optional(), next: next.optional() });
export const SignInCodeInput = z.object({ email, remember: checkbox, to });
export const SignInLinkInput = z.object({ token, next: next.optional() });
export const ProfileInput = z.object(ACCOUNT_SHAPE);
/** What `getIdentity()` shows of a person, as far as it is to change. */
export const IdentityInput = ProfileInput.partial().extend({ email: email.optional(), currentPassword: passwordIfAny });
export const ChangeEmailInput = z.object({ email, currentPassword: passwordIfAny });
export const DeleteInput = z.object({
  currentPassword: passwordIfAny,
  typedEmail: z
    .string()
    .max(MAX_EMAIL * 2, "That email address is too long.")
    .optional(),
});
export const ProveAgainInput = z.object({ currentPassword: passwordIfAny, to });
export const TokenInput = z.object({ token });
export const ReauthenticateInput = z.object({ to });
export const MailedCodeInput = z.object({ code, to });
export const NoInput = z.object({});
export const id = z.uuid("There is nothing here.");
export const SessionInput = z.object({ sessionId: id });
export const UserInput = z.object({ userId: id });
export const RoleInput = z.object({ userId: id, role: z.string().refine(isRole, "There is no such role.") });
export const DisableInput = z.object({ userId: id, disabled: checkbox });

/** No deeper than that, no character that a database refuses, and no number like 1e999, which reads as infinite. */
function isJson(value: unknown, depth: number): boolean {
  if (typeof value === "string") return !UNSTORABLE.test(value);
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return value !== undefined;
  if (depth === 0) return false;
  return Object.entries(value).every(([key, item]) => isJson(key, 0) && isJson(item, depth - 1));
}

function isHttpsUrl(value: string): boolean {
  if (INVISIBLE.test(value) || value.includes("\\")) return false;
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  return protocol === "https:" && hostname.includes(".") && !username && !password;
}
