import type { Principal } from "@/lib/auth/model/principal";
import { issueAccessToken, verifyAccessToken } from "@/lib/auth/steps/access-token";
import { listAccounts } from "@/lib/auth/store/accounts";
import { findPasswordHash } from "@/lib/auth/store/credentials";
import { SESSION_ABSOLUTE_DAYS } from "@/lib/auth/store/sessions";
import { env } from "@/lib/env";
import { type ApiCall, bearerOf } from "@/lib/wire/endpoint";
import type { User } from "@/prisma/client/client";
import { strapiError } from "./errors";
import type { StrapiSettings } from "./settings";

const AUDIENCE = "strapi";
export const SESSION = { kind: "api", remember: true } as const;
/** A token for clients that cannot refresh one is good for as long as its session, which is looked up at each use. */
const LEGACY_SECONDS = SESSION_ABSOLUTE_DAYS * 24 * 60 * 60;

type Shown = Pick<
  User,
  "seq" | "id" | "username" | "email" | "userMetadata" | "disabledAt" | "createdAt" | "updatedAt"
>;

/** A user as Strapi shows one: known by a number, without anything private. */
export function userView(user: Shown, provider: string, confirmed: boolean, { allowedFields }: StrapiSettings) {
  const metadata = Object(user.userMetadata) as Record<string, unknown>;
  const own = allowedFields.filter((field) => Object.hasOwn(metadata, field)).map((field) => [field, metadata[field]]);
  return {
    ...Object.fromEntries(own),
    id: user.seq,
    documentId: user.id,
    username: user.username ?? user.email,
    email: user.email,
    provider,
    confirmed,
    blocked: user.disabledAt !== null,
    createdAt: user.createdAt,
    updatedAt: user.updatedAt,
    publishedAt: user.createdAt,
  };
}

/** The same for somebody who exists. */
export async function showUser(user: User, settings: StrapiSettings) {
  const provider = await providerOf(user);
  const { AUTH_REQUIRE_EMAIL_VERIFICATION } = env();
  return userView(user, provider, Boolean(user.emailVerified) || !AUTH_REQUIRE_EMAIL_VERIFICATION, settings);
}

async function providerOf({ id }: User): Promise<string> {
  if (await findPasswordHash(id)) return "local";
  return (await listAccounts(id))[0]?.provider ?? "local";
}

/** The access token of a session. `id` is where Strapi's clients look for the user. */
export async function tokenFor(user: User, sessionId: string, settings: StrapiSettings): Promise<string> {
  const seconds = settings.jwtManagement === "refresh" ? undefined : LEGACY_SECONDS;
  const claims = { id: user.seq };
  return (await issueAccessToken({ audience: AUDIENCE, subject: user.id, sessionId, claims, seconds })).token;
}

/** Whose bearer token this is, or the answer to a request without one, or with one that is good for nothing. */
export async function requirePrincipal({ request }: Pick<ApiCall, "request">): Promise<Principal | Response> {
  const token = bearerOf(request);
  if (!token) return strapiError("ForbiddenError", "Forbidden");
  const verified = await verifyAccessToken(token, AUDIENCE, LEGACY_SECONDS);
  if (!verified.ok) {
    const invalid = verified.error.code === "token_invalid";
    return strapiError("UnauthorizedError", invalid ? "Missing or invalid credentials" : "Invalid credentials");
  }
  const { principal, claims } = verified.value;
  // Tokens from before the last change of the password are as dead as the sessions that it ended.
  const since = Math.floor(principal.authenticatedAt.getTime() / 1000);
  return (claims.iat ?? 0) >= since ? principal : strapiError("UnauthorizedError", "Invalid credentials");
}
