import { createRemoteJWKSet, customFetch, type JWTPayload, jwtVerify } from "jose";
import type { ProviderConfig } from "./provider";
import { DISCOVERY, ProviderFault, type Transport } from "./transport";

/** Asymmetric algorithms only: with HS256 every holder of the shared secret could sign. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];
const CLOCK_TOLERANCE_SECONDS = 30;
/** A token is made for its exchange, so an old one is refused; so is one whose `iat` is in the future. */
const MAX_AGE_MINUTES = 60;

/**
 * Checks an id_token's signature by the keys that the provider publishes, never by a key that the token names. Auth.js checks
 * only the claims, since the token came over TLS; here both must hold.
 * @returns what it claims.
 * @throws when it is not the provider's.
 */
export async function verifyIdToken(
  idToken: string,
  { clientId: audience, issuer, wellKnown }: Pick<ProviderConfig, "clientId" | "issuer" | "wellKnown">,
  transport: Transport,
): Promise<JWTPayload> {
  if (!transport.metadata()) await transport.fetch(wellKnown ?? `${issuer}${DISCOVERY}`);
  const metadata = transport.metadata();
  if (!metadata?.jwks_uri) throw new ProviderFault("no_published_keys");
  const keys = createRemoteJWKSet(new URL(metadata.jwks_uri), { [customFetch]: transport.fetch });
  const { payload } = await jwtVerify(idToken, keys, {
    audience,
    issuer: metadata.issuer,
    algorithms: ALGORITHMS,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    maxTokenAge: `${MAX_AGE_MINUTES} minutes`,
    requiredClaims: ["sub", "exp"],
  });
  return payload;
}
