import type { z } from "zod";
import type { User } from "@/prisma/client/client";
import { line } from "./text";

/**
 * What is kept of a person besides the address: each field once. To add one, give `User` in prisma/schema.prisma its column
 * (`company String?`), run `npm run db:migrate -- --name add_company`, and add an entry here. Forms show the fields in this
 * order; nothing else has to be edited. A column is text or null: dates and numbers are kept as they are typed.
 */
export const PROFILE_FIELDS = [
  {
    column: "name",
    label: "Name",
    input: { autoComplete: "name" },
    schema: line(100),
    registration: "optional",
    account: true,
    identity: true,
    api: true,
    fromProvider: ({ name }) => name,
  },
] as const satisfies readonly ProfileField[];

export type ProfileField = {
  /** A column of `User` with a `String?`; inputs and JSON call the field so too. */
  column: TextColumn;
  /** What forms and messages call it. */
  label: string;
  input: {
    /** Text, if not otherwise said. */
    type?: "tel" | "url" | "date";
    /** What a browser fills in: https://html.spec.whatwg.org/#autofill-field */
    autoComplete?: string;
    inputMode?: "numeric" | "tel" | "url";
    hint?: string;
  };
  /** What is allowed, and how long it may be. It never sees a blank value, which means none. It must accept its own output. */
  schema: z.ZodType<string>;
  /**
   * Whether it is asked on the page for new accounts, and in sign-ups through the APIs as far as `api` allows. "required"
   * also holds in /account, where it cannot be emptied. People who came by a provider, by a mailed code, or by a client
   * whose sign-up has no place for it have none until they give one in /account.
   */
  registration: "no" | "optional" | "required";
  /** Whether people see and change it in /account. */
  account: boolean;
  /** Whether `getIdentity()` has it, and so the browser. */
  identity: boolean;
  /** Whether API clients see and set it. Tokens carry it, so it should be short. */
  api: boolean;
  /** Takes it from what a provider says of a person; what `schema` refuses counts as not said. Null: never. */
  fromProvider: ((said: ProviderSaid) => unknown) | null;
};

/** `name` as Auth.js found it; `raw` is the provider's answer in its own words. Untrusted. */
export type ProviderSaid = { provider: string; name: unknown; raw: Record<string, unknown> };

/** Names that forms, the APIs and the principal use for something else, and columns with rules of their own. */
type Taken =
  | ("username" | "image" | "avatar" | "roles" | "userId" | "sessionId" | "actorType" | "provider")
  | ("password" | "repeat" | "token" | "code" | "remember" | "to" | "redirectPath" | "action");

/** The columns that can be a field: text that may be missing. */
type TextColumn = {
  [Column in keyof User]: null extends User[Column] ? (User[Column] extends string | null ? Column : never) : never;
}[Exclude<keyof User, Taken>];
