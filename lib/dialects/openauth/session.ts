import { createHash } from "node:crypto";
import { ACCESS_TOKEN_SECONDS, issueAccessToken } from "@/lib/auth/steps/access-token";
import type { SignedIn } from "@/lib/auth/steps/begin-session";
import { env } from "@/lib/env";
import { json } from "@/lib/wire/json";
import type { User } from "@/prisma/client/client";
import { subjectOf } from "./config";

/** What `createClient` compares with the tokens' `iss`, to the letter. */
export const issuer = () => `${env().APP_URL}/openauth`;
/** Marks the sessions that speak for an app: only that app can refresh them. */
export const actorTypeOf = (clientId: string) => `openauth:${clientId}`;

const SUBJECT_CHARACTERS = 16;

/** What the package calls a person in `sub`: the type of subject, and a hash of the id. */
export function subjectIdOf(user: User): string {
  return `${subjectOf(user).type}:${createHash("sha256").update(user.id).digest("hex").slice(0, SUBJECT_CHARACTERS)}`;
}

/**
 * The answer that hands an app its tokens. The last part of the refresh token is ours; what goes before it says for which
 * app it is.
 */
export async function tokens(
  user: User,
  { sessionId }: SignedIn,
  clientId: string,
  refreshToken: string,
): Promise<Response> {
  const { type, properties } = subjectOf(user);
  const { token } = await issueAccessToken({
    issuer: issuer(),
    audience: clientId,
    subject: subjectIdOf(user),
    sessionId,
    // `client_id` is RFC 9068's (2.2), the others are the package's.
    claims: { mode: "access", type, properties, client_id: clientId },
  });
  return json(200, {
    access_token: token,
    token_type: "Bearer",
    expires_in: ACCESS_TOKEN_SECONDS,
    refresh_token: `${clientId}:${refreshToken}`,
  });
}
