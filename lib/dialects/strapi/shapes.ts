import { z } from "zod";
import { API_COLUMNS } from "@/lib/auth/model/profile";
import * as schemas from "@/lib/auth/model/schemas";
import { env } from "@/lib/env";
import { type Kind, MAX_TEXT, MAX_USERNAME, MIN_USERNAME } from "./validate";

// The bodies that this dialect's routes take and answer.

const text = z.string().min(1).max(MAX_TEXT);

/** The schema of each kind of field, as `validate` checks it. */
const KINDS: Record<Kind, () => z.ZodType> = {
  text: () => text,
  secret: () => text,
  email: () => schemas.email,
  username: () => z.string().min(MIN_USERNAME).max(MAX_USERNAME),
  password: () => z.string().min(env().PASSWORD_MIN_LENGTH).max(MAX_TEXT),
  passwordConfirmation: () => text.describe("The same again."),
};

/** A body whose fields are of these kinds. */
export function bodyOf(fields: Record<string, Kind>, { strict = false } = {}) {
  const shape = Object.fromEntries(Object.entries(fields).map(([name, kind]) => [name, KINDS[kind]()]));
  return strict ? z.strictObject(shape) : z.object(shape);
}

/** The person's fields, in requests and answers. */
export const profile = Object.fromEntries(API_COLUMNS.map((column) => [column, z.string().optional()]));

export const StrapiError = z.object({
  data: z.null(),
  error: z.object({
    status: z.int().min(400),
    name: z.string().meta({ examples: ["ValidationError"] }),
    message: z.string(),
    details: z.record(z.string(), z.unknown()),
  }),
});

export const Role = z
  .object({ id: z.int(), documentId: z.string(), name: z.string(), description: z.string(), type: z.string() })
  .meta({ id: "Role" });

const ids = { id: z.int(), documentId: z.uuid() };
const shown = {
  ...profile,
  username: z.string(),
  email: z.string(),
  provider: z.string().meta({ examples: ["local"] }),
  confirmed: z.boolean(),
  blocked: z.boolean(),
  createdAt: z.date(),
  updatedAt: z.date(),
  publishedAt: z.date(),
};

/** A user. It also has the fields that `allowedFields` of settings.ts names. */
export const User = z.looseObject({ ...ids, ...shown }).meta({ id: "User" });
/** The part of a user that `fields` asks for, and the role if `populate` asks for it. */
export const Shaped = z
  .looseObject(shown)
  .partial()
  .extend(ids)
  .extend({ role: Role.optional() })
  .meta({ id: "ShapedUser" });

export const SignedIn = z
  .object({
    jwt: z.string(),
    refreshToken: z.string().optional().describe("In refresh mode, if it is not in a cookie."),
    user: User,
  })
  .meta({ id: "SignedIn" });
export const Waiting = z.object({ user: User }).describe("Without a token, until the mailbox is confirmed.");
export const Refreshed = z.object({ jwt: z.string(), refreshToken: z.string().optional() });
export const Done = z.object({ ok: z.literal(true) });

export const SessionView = z
  .object({ id: z.uuid(), current: z.boolean(), deviceName: z.string(), loginAt: z.date(), lastActiveAt: z.date() })
  .meta({ id: "Session" });

const action = z.object({ enabled: z.boolean(), policy: z.literal("") });
export const Permissions = z.object({
  permissions: z.object({
    "plugin::users-permissions": z.object({
      controllers: z.record(z.string(), z.record(z.string(), action)).meta({
        examples: [{ user: { me: { enabled: true, policy: "" } } }],
      }),
    }),
  }),
});
