import { issueAccessToken } from "@/lib/auth/steps/access-token";
import type { SignedIn } from "@/lib/auth/steps/begin-session";
import { json } from "@/lib/wire/json";
import type { User } from "@/prisma/client/client";
import { subjectOf } from "./config";
import type { Issuer } from "./issuer";
import { issuerUrl } from "./names";
import { type Subject, sealSubject, subjectIdOf } from "./subject";

/**
 * The answer that hands an app its tokens. The last part of the refresh token is ours. What goes before it says for which
 * app it is, and what its tokens say of the person where `success` chose that, under a seal for this session.
 */
export async function tokens(
  { accessSeconds }: Issuer,
  user: User,
  { sessionId }: SignedIn,
  clientId: string,
  refreshToken: string,
  chosen: Subject | null,
): Promise<Response> {
  const subject = chosen ?? subjectOf(user);
  const { type, properties } = subject;
  const { token } = await issueAccessToken({
    issuer: issuerUrl(),
    audience: clientId,
    subject: subjectIdOf(subject, user.id),
    sessionId,
    seconds: accessSeconds,
    // `client_id` is RFC 9068's (2.2), the others are the package's.
    claims: { mode: "access", type, properties, client_id: clientId },
  });
  return json(200, {
    access_token: token,
    token_type: "Bearer",
    expires_in: accessSeconds,
    refresh_token: [clientId, ...(chosen ? [sealSubject(chosen, sessionId)] : []), refreshToken].join(":"),
  });
}
