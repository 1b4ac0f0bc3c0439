import { z } from "zod";
import * as schemas from "@/lib/auth/model/schemas";
import { Email } from "./email";

// The bodies that this dialect's routes take and answer.

const kept = z.record(z.string(), z.unknown());
const weak = z.object({ reasons: z.array(z.enum(["length", "pwned"])) }).optional();
const seconds = z
  .int()
  .describe("In seconds since 1970.")
  .meta({ examples: [1_790_000_000] });

/** The answers to clients that name the newer version, and to others. */
export const SupabaseError = z.union([
  z.object({ code: z.int(), error_code: z.string(), msg: z.string(), weak_password: weak }),
  z.object({ code: z.string(), message: z.string(), weak_password: weak }),
]);

const times = { created_at: z.date(), updated_at: z.date() };

const IdentityObject = z
  .object({
    identity_id: z.uuid(),
    id: z.string(),
    user_id: z.uuid(),
    provider: z.string().meta({ examples: ["email"] }),
    email: z.string().optional(),
    identity_data: kept,
    last_sign_in_at: z.date(),
    ...times,
  })
  .meta({ id: "Identity" });

export const FactorObject = z
  .object({
    id: z.string().describe("Of an authenticator app, or `recovery-codes`."),
    friendly_name: z.string(),
    factor_type: z.enum(["totp", "recovery_code"]),
    status: z.enum(["verified", "unverified"]),
    ...times,
  })
  .meta({ id: "Factor" });

const person = {
  id: z.uuid(),
  aud: z.enum(["authenticated", "factor_owed"]),
  role: z.enum(["authenticated", "anon"]),
  email: z.string(),
  phone: z.literal(""),
  app_metadata: kept,
  user_metadata: kept,
  identities: z.array(IdentityObject),
  created_at: z.date(),
  is_anonymous: z.literal(false),
};

const user = {
  ...person,
  email_confirmed_at: z.date().optional(),
  confirmed_at: z.date().optional(),
  confirmation_sent_at: z.date().optional(),
  last_sign_in_at: z.date().optional(),
  new_email: z.string().optional(),
  factors: z.array(FactorObject).optional(),
  updated_at: z.date().optional().describe("Missing where the session owes a factor."),
};
export const UserObject = z.object(user).meta({ id: "User" });

export const Tokens = z
  .object({
    access_token: z.string(),
    token_type: z.literal("bearer"),
    expires_in: z.int(),
    expires_at: seconds,
    refresh_token: z.string(),
    provider_token: z.string().optional().describe("The third party's own access token."),
    user: UserObject,
  })
  .meta({ id: "Tokens" });

const operated = {
  ...user,
  banned_until: z.string().optional(),
  invited_at: z.date().optional(),
};
export const OperatedUser = z.object(operated).meta({ id: "OperatedUser" });
export const MailedLink = z.object({
  ...operated,
  email_change_sent_at: z.date().optional(),
  action_link: z.url(),
  email_otp: z.string().nullish(),
  hashed_token: z.string(),
  verification_type: z.string(),
  redirect_to: z.string(),
});

export const PasskeyObject = z
  .object({ id: z.string(), friendly_name: z.string(), created_at: z.date(), last_used_at: z.date().optional() })
  .meta({ id: "Passkey" });
export const PasskeyChallenge = z.object({
  challenge_id: z.string(),
  options: z.looseObject({ challenge: z.string() }).describe("As the browser's WebAuthn takes them."),
  expires_at: seconds,
});

export const TotpFactor = z.object({
  id: z.uuid(),
  type: z.literal("totp"),
  friendly_name: z.string().optional(),
  totp: z.object({ qr_code: z.string().describe("SVG."), secret: z.string(), uri: z.string() }),
});
export const FactorChallenge = z.object({ id: z.string(), type: z.literal("totp"), expires_at: seconds });

const set = { id: z.literal("recovery-codes"), type: z.literal("recovery_code"), total: z.int() };
export const RecoveryCodesLeft = z.object({ ...set, remaining: z.int() });
export const RecoveryCodes = z.object({ ...set, friendly_name: z.string(), codes: z.array(z.string()) });

export const Settings = z.object({
  external: z.record(z.string(), z.boolean()).meta({ examples: [{ email: true, github: false }] }),
  disable_signup: z.boolean(),
  mailer_autoconfirm: z.boolean(),
  phone_autoconfirm: z.boolean(),
  sms_provider: z.literal(""),
  saml_enabled: z.literal(false),
  saml_private_key_next_configured: z.literal(false),
  passkeys_enabled: z.boolean(),
});
export const Keys = z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string(), alg: z.string() })) });
export const Nothing = z.object({});
export const Said = z.object({ code: z.literal(200), msg: z.string() });

/** The fields of a client's challenge (RFC 7636). */
export const pkce = {
  code_challenge: z.string().nullish(),
  code_challenge_method: z
    .string()
    .meta({ examples: ["s256"] })
    .nullish(),
};
const data = schemas.metadata.nullish();
export const SignUp = z.object({ email: Email, password: schemas.newPassword, data, ...pkce });
export const Otp = z.object({ email: Email, data, create_user: z.boolean().nullish(), ...pkce });
export const Recover = z.object({ email: Email, ...pkce });
export const Resend = z.object({ type: z.enum(["signup", "email_change"]), email: Email, ...pkce });
/** The body of `POST /token`, for each `grant_type`. */
export const Grant = z.union([
  z.object({ email: Email, password: schemas.currentPassword }).describe("password"),
  z.object({ refresh_token: z.string() }).describe("refresh_token"),
  z.object({ auth_code: z.string(), code_verifier: z.string() }).describe("pkce"),
  z
    .object({
      id_token: z.string(),
      provider: z.string().meta({ examples: ["google"] }),
      nonce: z.string().nullish(),
      link_identity: z.boolean().nullish(),
    })
    .describe("id_token"),
]);
const type = z.string().meta({ examples: ["email"] });
export const Proof = z.union([
  z.object({ type, email: Email, token: z.string() }).describe("The code, and the address that it went to."),
  z.object({ type, token_hash: z.string(), current_password: z.string().nullish() }).describe("The link's token."),
]);
