import { createHash } from "node:crypto";
import { errors, type JWTPayload } from "jose";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { log } from "@/lib/log";
import { verifyIdToken } from "./id-token";
import { toProfile } from "./profile";
import { failureName, fromClaims } from "./protocol";
import type { Profile } from "./provider";
import { findProvider } from "./registry";
import { createTransport } from "./transport";

const TIMEOUT_MS = 9_000;
const ONE_OF_TWO = "Passed nonce and nonce in id_token should either both exist or not.";

/**
 * The person that an id_token names, which an app got from a provider for our client id. It checks signature, issuer, audience
 * and age as in a sign-in of ours.
 * @param input.nonce what the app made up for this sign-in; the token holds its SHA-256 in hexadecimal.
 * @returns `provider_unknown` also for one that gives no id_tokens, `token_invalid`, `invalid_input` for a nonce that differs or
 * is missing on one side, `provider_failed`.
 */
export async function presentIdToken(
  providerId: string,
  { idToken, nonce }: { idToken: string; nonce: string | null },
): Promise<Result<Profile>> {
  const provider = findProvider(providerId);
  if (!provider) return fail("provider_unknown");
  const transport = createTransport(AbortSignal.timeout(TIMEOUT_MS), provider.mendMetadata);
  const config = provider.config(transport.fetch);
  if (config.type !== "oidc") return fail("provider_unknown");
  try {
    const claims = await verifyIdToken(idToken, { ...config.options, ...config }, transport);
    const problem = nonceProblem(claims, nonce);
    if (problem) return fail("invalid_input", { fields: { nonce: problem } });
    const mapped = config.profile ? await config.profile(claims, {}) : fromClaims(claims);
    return ok(toProfile(provider, mapped, claims));
  } catch (error) {
    if (error instanceof errors.JOSEError) return fail("token_invalid");
    log.warn({ event: "provider.failed", provider: provider.id, reason: failureName(error) }, "id_token not checked");
    return fail("provider_failed");
  }
}

function nonceProblem({ nonce: expected }: JWTPayload, given: string | null): string | null {
  if (Boolean(expected) !== Boolean(given)) return ONE_OF_TWO;
  if (!given) return null;
  return createHash("sha256").update(given).digest("hex") === expected ? null : "Nonces mismatch";
}
