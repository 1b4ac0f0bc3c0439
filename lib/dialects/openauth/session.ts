import { issueAccessToken } from "@/lib/auth/steps/access-token";
import type { SignedIn } from "@/lib/auth/steps/begin-session";
import { json } from "@/lib/wire/json";
import type { User } from "@/prisma/client/client";
import { subjectOf } from "./config";
import type { Issuer } from "./issuer";
import { issuerUrl } from "./names";
import { type Subject, sealSubject, subjectIdOf } from "./subject";

/**
 * The answer that gives an app its tokens. The refresh token is the app's id, the subject if `success` chose one, sealed for
 * this session, and our own refresh token.
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
    // `client_id` comes from RFC 9068 (2.2), the others from the package.
    claims: { mode: "access", type, properties, client_id: clientId },
  });
  return json(200, {
    access_token: token,
    token_type: "Bearer",
    expires_in: accessSeconds,
    refresh_token: [clientId, ...(chosen ? [sealSubject(chosen, sessionId)] : []), refreshToken].join(":"),
  });
}
