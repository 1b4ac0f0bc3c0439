import { randomUUID } from "node:crypto";
import { errors, type JWTHeaderParameters, type JWTPayload, jwtVerify, SignJWT } from "jose";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Principal } from "@/lib/auth/model/principal";
import { findPrincipalById } from "@/lib/auth/store/sessions";
import { SIGNING_ALGORITHM, signingKey, verificationKey } from "@/lib/auth/store/signing-keys";
import { env } from "@/lib/env";

export const ACCESS_TOKEN_SECONDS = 15 * 60;
/** How far the clocks of two instances may differ. */
const CLOCK_SKEW_SECONDS = 60;
/** RFC 9068's type for access tokens, so that no other JWT passes for one. */
const TYPE = "at+jwt";
const MAX_LENGTH = 10_000;
const JWT = /^[\w-]+\.[\w-]+\.([\w-]+)$/;

export type Claims = Record<string, unknown>;

/**
 * What differs from our usual tokens: `issuer`, one of several where there are several; and `graceSeconds`, for which an
 * expired token is still accepted.
 */
type Expected = { maxSeconds?: number; issuer?: string | string[]; graceSeconds?: number };

/**
 * Signs an access token for 15 minutes, or for as long as the caller says. It ends with the session `sessionId`; without one it
 * carries claims but signs no one in. `claims` are the dialect's own, and so may be `issuer`, for clients that compare it.
 * @returns the token, and its end in seconds since 1970.
 */
export async function issueAccessToken(input: {
  audience: string;
  subject: string;
  sessionId?: string;
  claims?: Claims;
  issuer?: string;
  seconds?: number;
}): Promise<{ token: string; expiresAt: number }> {
  const { kid, privateKey } = await signingKey();
  const issuedAt = Math.floor(Date.now() / 1000);
  const expiresAt = issuedAt + (input.seconds ?? ACCESS_TOKEN_SECONDS);
  const token = await new SignJWT({ ...input.claims, sid: input.sessionId, jti: randomUUID() })
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid, typ: TYPE })
    .setIssuer(input.issuer ?? env().APP_URL)
    .setAudience(input.audience)
    .setSubject(input.subject)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(privateKey);
  return { token, expiresAt };
}

/**
 * The claims of a token of ours, if it is genuine, not expired and for this audience. It does not look at the session:
 * `verifyAccessToken` does.
 * @returns `token_invalid`.
 */
export async function readAccessToken(
  token: string,
  audience: string | string[],
  { maxSeconds = ACCESS_TOKEN_SECONDS, issuer = env().APP_URL, graceSeconds = 0 }: Expected = {},
): Promise<Result<JWTPayload>> {
  if (token.length > MAX_LENGTH || !isCanonical(token)) return fail("token_invalid");
  try {
    const { payload } = await jwtVerify(token, findKey, {
      algorithms: [SIGNING_ALGORITHM],
      typ: TYPE,
      issuer,
      audience,
      requiredClaims: ["sub", "exp", "iat", "jti"],
      maxTokenAge: maxSeconds,
      clockTolerance: CLOCK_SKEW_SECONDS + graceSeconds,
    });
    return ok(payload);
  } catch (error) {
    if (error instanceof errors.JOSEError) return fail("token_invalid");
    throw error;
  }
}

/**
 * Who an access token stands for. Its session is looked up each time, so that ending it is seen by the next request.
 * @returns `token_invalid`, or `unauthenticated` when the session has ended or its user may not sign in.
 */
export async function verifyAccessToken(
  token: string,
  audience: string | string[],
  expected?: Expected,
): Promise<Result<{ principal: Principal; claims: JWTPayload }>> {
  const read = await readAccessToken(token, audience, expected);
  if (!read.ok) return read;
  const { sid, sub } = read.value;
  if (typeof sid !== "string") return fail("token_invalid");
  const principal = await findPrincipalById(sid);
  return principal?.userId === sub && principal ? ok({ principal, claims: read.value }) : fail("unauthenticated");
}

/** One signature, one spelling: decoders overlook padding, white space and spare bits at the end. */
function isCanonical(token: string): boolean {
  const signature = token.match(JWT)?.[1];
  return signature !== undefined && Buffer.from(signature, "base64url").toString("base64url") === signature;
}

/** The key comes only from our own table: a `jwk` or `jku` in the header is ignored. */
async function findKey({ kid }: JWTHeaderParameters): Promise<CryptoKey> {
  const key = typeof kid === "string" ? await verificationKey(kid) : null;
  if (!key) throw new errors.JWKSNoMatchingKey();
  return key;
}
