/**
 * The fields of the answers that we have, by the OpenAPI document of Supabase Auth (supabase/auth, openapi.yaml). The document
 * requires few fields, so `absent` names each one that we leave out, and `beyond` each one that the document lacks.
 */
export type Shape = {
  fields: Record<string, Kind>;
  absent?: string[];
  beyond?: Record<string, Kind>;
};
/** A type, a shape, or a list of one. */
export type Kind = "string" | "integer" | "boolean" | "object" | "uuid" | "time" | Shape | [Shape];

const IDENTITY: Shape = {
  fields: {
    ...{ identity_id: "uuid", id: "string", user_id: "uuid", identity_data: "object", provider: "string" },
    ...{ last_sign_in_at: "time", created_at: "time", updated_at: "time", email: "string" },
  },
};

const FACTOR: Shape = {
  fields: {
    ...{ id: "uuid", status: "string", friendly_name: "string", factor_type: "string" },
    ...{ webauthn_credential: "string", phone: "string", last_challenged_at: "time" },
    ...{ created_at: "time", updated_at: "time" },
  },
  absent: ["webauthn_credential", "phone", "last_challenged_at"],
};

/** Fields of a person that only some answers have, because the person has a value, or because something was done. */
const SOMETIMES = {
  email_confirmed_at: "time",
  confirmed_at: "time",
  confirmation_sent_at: "time",
  new_email: "string",
  last_sign_in_at: "time",
  banned_until: "time",
  factors: [FACTOR],
} satisfies Record<string, Kind>;

const NEVER = ["recovery_sent_at", "email_change_sent_at", "reauthentication_sent_at", "deleted_at"];
const OF_PHONES = ["phone_confirmed_at", "new_phone", "phone_change_sent_at"];

/** @param told the fields of `SOMETIMES` that this answer has */
function user(...told: (keyof typeof SOMETIMES)[]): Shape {
  const time = "time";
  return {
    fields: {
      ...{ id: "uuid", aud: "string", role: "string", email: "string", phone: "string", is_anonymous: "boolean" },
      ...{
        app_metadata: "object",
        user_metadata: "object",
        identities: [IDENTITY],
        created_at: time,
        updated_at: time,
      },
      ...Object.fromEntries([...NEVER, ...OF_PHONES].map((name) => [name, time])),
      ...SOMETIMES,
    },
    absent: [...NEVER, ...OF_PHONES, ...Object.keys(SOMETIMES).filter((name) => !told.some((one) => one === name))],
  };
}

const SIGNED_IN = ["email_confirmed_at", "confirmed_at", "last_sign_in_at", "factors"] as const;
export const USER = user(...SIGNED_IN);
export const CHANGING_USER = user(...SIGNED_IN, "new_email");
export const PENDING_USER = user("confirmation_sent_at");
export const LISTED_USER = user("factors");
export const BANNED_USER = user("factors", "email_confirmed_at", "confirmed_at", "banned_until");
export const INVITED_USER: Shape = { ...LISTED_USER, beyond: { invited_at: "time" } };
export const FACTORS: [Shape] = [FACTOR];
export { FACTOR };

export const SESSION: Shape = {
  fields: {
    ...{ access_token: "string", refresh_token: "string", token_type: "string", user: USER },
    ...{ expires_in: "integer", expires_at: "integer", weak_password: "object" },
  },
  absent: ["weak_password"],
};

/** The error that clients without a version get. */
export const ERROR: Shape = {
  fields: {
    ...{ error: "string", error_description: "string" },
    ...{ code: "integer", msg: "string", error_code: "string", weak_password: "object" },
  },
  absent: ["error", "error_description", "weak_password"],
};
export const WEAK: Shape = { ...ERROR, absent: ["error", "error_description"] };

export const NOTHING: Shape = { fields: {} };
export const SENT: Shape = { fields: { message_id: "string" }, absent: ["message_id"] };

export const ENROLLED: Shape = {
  fields: {
    ...{ id: "uuid", type: "string", phone: "string" },
    totp: { fields: { qr_code: "string", secret: "string", uri: "string" } },
  },
  absent: ["phone"],
  beyond: { friendly_name: "string" },
};
export const CHALLENGE: Shape = { fields: { id: "string", type: "string", expires_at: "integer" } };
export const UNENROLLED: Shape = { fields: { id: "uuid" } };

export const LINK: Shape = {
  fields: {
    ...{ action_link: "string", email_otp: "string", hashed_token: "string" },
    ...{ verification_type: "string", redirect_to: "string" },
  },
  beyond: LISTED_USER.fields,
};
export const USERS: Shape = { fields: { aud: "string", users: [LISTED_USER] } };

export const HEALTH: Shape = {
  fields: { version: "string", name: "string", description: "string" },
  absent: ["version"],
};
export const SETTINGS: Shape = {
  fields: {
    ...{ disable_signup: "boolean", mailer_autoconfirm: "boolean", phone_autoconfirm: "boolean" },
    ...{ sms_provider: "string", saml_enabled: "boolean", external: "object" },
  },
  beyond: { passkeys_enabled: "boolean", saml_private_key_next_configured: "boolean" },
};
