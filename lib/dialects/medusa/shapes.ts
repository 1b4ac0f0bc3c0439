import { z } from "zod";
import * as schemas from "@/lib/auth/model/schemas";
import { ACTORS, type ActorRoutes } from "./actors";

// The bodies that this dialect's routes take and answer.

const kept = z.record(z.string(), z.unknown());

export const MedusaError = z.object({
  type: z.string().optional(),
  code: z.string().optional(),
  message: z.string(),
});

export const Token = z.object({ token: z.string() }).meta({ id: "Token" });
export const Location = z.object({ location: z.url().describe("Where to send the person.") }).meta({ id: "Location" });

export const Verification = z
  .object({
    id: z.uuid(),
    auth_identity_id: z.uuid(),
    entity_id: z.string().describe("The address whose mailbox is to be proved."),
    entity_type: z.literal("email"),
    code_provider: z.literal("token"),
    verified_at: z.null(),
  })
  .meta({ id: "Verification" });

const VerificationRequired = z
  .object({ verification_required: z.literal(true), verification: Verification, token: z.string() })
  .meta({ id: "VerificationRequired" });

const MfaRequired = z
  .object({
    mfa_required: z.literal(true),
    mfa_challenge: z.object({
      id: z.uuid(),
      auth_identity_id: z.uuid(),
      auth_provider: z.string(),
      methods: z.array(z.enum(["totp", "recovery_code"])),
      expires_at: z.date(),
      attempts: z.int(),
      max_attempts: z.int(),
      completed_at: z.null(),
      metadata: z
        .object({ setup_required: z.literal(true), url: z.url(), message: z.string() })
        .nullable()
        .describe("How a factor is set up, where one is asked for and there is none."),
    }),
    token: z.string(),
  })
  .meta({ id: "MfaRequired" });

/** The answer to a sign-in: a token, or the step that is missing. */
export const SignedIn = z.union([Token, MfaRequired, VerificationRequired]);

/** The claims of a token. For a registration `POST /auth/session` answers them with the JWT's own claims, such as `exp`. */
export const Identity = z
  .looseObject({
    actor_id: z.string(),
    actor_type: z.string(),
    auth_identity_id: z.uuid(),
    auth_provider: z.string(),
    mfa_enabled: z.boolean(),
    mfa_challenge_completed_at: z.date().nullable(),
    app_metadata: kept,
    user_metadata: kept,
  })
  .meta({ id: "Identity" });

export const Done = z.object({ success: z.literal(true) });

export const Confirmed = z.object({
  entity_id: z.string(),
  entity_type: z.literal("email"),
  code_provider: z.string(),
  verified_at: z.date().nullable(),
});

export const Provider = z
  .object({
    id: z.string(),
    identifier: z.string(),
    display_name: z.string(),
    flow: z.enum(["credentials", "redirect"]),
  })
  .meta({ id: "Provider" });

export const Factor = z
  .object({
    id: z.uuid(),
    auth_identity_id: z.uuid(),
    provider: z.literal("totp"),
    status: z.enum(["pending", "enabled", "disabled"]),
    metadata: z.object({ label: z.string() }),
    created_at: z.date(),
  })
  .meta({ id: "Factor" });

const times = { created_at: z.date(), updated_at: z.date() };

export const AdminUser = z
  .object({
    id: z.string().meta({ examples: ["user_0b8ce4a26d0b4f7c9a3b5e0a6f1d2c3b"] }),
    email: z.string(),
    first_name: z.string().nullable(),
    last_name: z.string().nullable(),
    avatar_url: z.url().nullable(),
    metadata: z.null(),
    ...times,
    deleted_at: z.null(),
  })
  .meta({ id: "AdminUser" });

export const Invite = z
  .object({
    id: z.uuid(),
    email: z.string(),
    accepted: z.literal(false),
    token: z.string().nullable().describe("Told when it is made or sent again, and kept nowhere."),
    metadata: kept.nullable(),
    expires_at: z.date(),
    ...times,
  })
  .meta({ id: "Invite" });

export const Page = { count: z.int(), offset: z.int(), limit: z.int() };

/** The answer that shows an actor of this type. */
export function actorShape(type: string, { idPrefix, fields, constants = {} }: ActorRoutes) {
  const own = Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name, schema.nullable()]));
  const others = Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, constant(value)]));
  const actor = z
    .object({
      id: z.string().meta({ examples: [`${idPrefix}_0b8ce4a26d0b4f7c9a3b5e0a6f1d2c3b`] }),
      email: z.string(),
      ...own,
      metadata: kept.nullable(),
      ...others,
      ...times,
      deleted_at: z.null(),
    })
    .meta({ id: type.charAt(0).toUpperCase() + type.slice(1) });
  return z.object({ [type]: actor });
}

function constant(value: unknown) {
  if (Array.isArray(value)) return z.array(z.unknown());
  return typeof value === "boolean" || typeof value === "string" || value === null ? z.literal(value) : z.unknown();
}

/** The body of a sign-in: a password, or the page to which the provider leads back. */
export const SignIn = z.union([
  z.object({ email: schemas.email, password: schemas.currentPassword }),
  z.object({ callback_url: z.string().optional() }),
]);
export const SignUp = z.object({ email: schemas.email, password: schemas.newPassword });
export const NewPassword = z.object({ password: schemas.newPassword });
const said = z.string().optional();
export const CallbackAnswer = z.object({
  code: said,
  state: said,
  error: said,
  error_description: said,
  error_uri: said,
});
export const PathParams = {
  actor: z.enum(Object.keys(ACTORS) as [string, ...string[]]),
  provider: z.string().meta({ examples: ["emailpass"] }),
};
