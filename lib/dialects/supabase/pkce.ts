import { createHash } from "node:crypto";
import { z } from "zod";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Client } from "@/lib/auth/model/principal";
import { sameHash, seal, unseal } from "@/lib/auth/model/secrets";
import { startRefreshing } from "@/lib/auth/refresh-session";
import type { SessionOptions } from "@/lib/auth/steps/begin-session";
import { refuseToken } from "@/lib/auth/steps/refuse-token";
import { findOwingById, findSession } from "@/lib/auth/store/owing-sessions";
import { findPrincipalById, revokeSession } from "@/lib/auth/store/sessions";
import { consumeVerification, findVerificationByToken, issueVerification } from "@/lib/auth/store/verifications";
import { transact } from "@/lib/db/transact";
import { type Profile, StoredProfile } from "@/lib/oauth/provider";
import { signInWithProfile } from "@/lib/oauth/sign-in";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { reword, supabaseError } from "./errors";
import { SESSION, tokens } from "./session";

const SEALED_FOR = "supabase-pkce";
const PROVIDER_TOKEN = "supabase-provider-token";
const CHALLENGE = /^[\w.~-]{43,128}$/;

export const Challenge = z.object({ challenge: z.string(), method: z.enum(["s256", "plain"]) });
/** The challenge that a client makes from its secret verifier and sends first (RFC 7636). */
export type Challenge = z.infer<typeof Challenge>;

/** The challenge in a body or a query, null without one; or the refusal of an incomplete or invalid one. */
export function readChallenge(
  request: Request,
  given: { code_challenge?: unknown; code_challenge_method?: unknown },
): Result<Challenge | null> {
  const [challenge, method] = [given.code_challenge || null, given.code_challenge_method || null];
  if (challenge === null && method === null) return ok(null);
  const refuse = (message: string) => supabaseError(request, "validation_failed", message);
  if (typeof challenge !== "string" || typeof method !== "string") return refuse(BOTH);
  if (!CHALLENGE.test(challenge)) return refuse(NO_CHALLENGE);
  const read = Challenge.safeParse({ challenge, method: method.toLowerCase() });
  return read.success ? ok(read.data) : refuse("code_challenge_method must be s256 or plain");
}

const BOTH = "PKCE flow requires code_challenge_method and code_challenge";
const NO_CHALLENGE =
  "code challenge has to be between 43 and 128 characters: letters, digits, hyphens, periods, underscores and tildes";

/** A challenge for a mailed link, sealed for the link's token. It must be unreadable, because a plain one is the verifier. */
export function sealChallenge(token: string, challenge: Challenge): string {
  return seal(SEALED_FOR, token, JSON.stringify(challenge));
}

/** The challenge in a mailed link, or null. */
export function openChallenge(token: string, flow: string | null): Challenge | null {
  const json = flow && unseal(SEALED_FOR, token, flow);
  return json ? Challenge.parse(JSON.parse(json)) : null;
}

const AuthCode = z.object({
  sessionId: z.string(),
  challenge: Challenge,
  /** The account to link in that session when the code is exchanged. */
  link: StoredProfile.optional(),
  /** The provider's access token, sealed; null without one. */
  providerToken: z.string().nullable(),
});
type AuthCode = z.infer<typeof AuthCode>;

/**
 * A code that the client exchanges for the tokens of a session, within five minutes and once. With `providerToken` the client
 * reads from the provider.
 */
export async function issueAuthCode(input: AuthCode): Promise<string> {
  const { sessionId, providerToken: shown } = input;
  const providerToken = shown === null ? null : seal(PROVIDER_TOKEN, sessionId, shown);
  const { token } = await issueVerification({ purpose: "handle", payload: { ...input, providerToken } });
  return token;
}

/**
 * The options of a session that a browser takes to its client: as a code if the client sent a challenge, else as tokens.
 * @param providerToken the provider's access token.
 */
export function sessionFor(challenge: Challenge | null, providerToken: string | null = null): SessionOptions {
  if (!challenge) return SESSION;
  return { ...SESSION, handOver: ({ sessionId }) => issueAuthCode({ sessionId, challenge, providerToken }) };
}

/** `POST /token?grant_type=pkce`. */
export async function exchangeCode({ request, body, client }: ApiCall): Promise<Result<Response>> {
  const { auth_code: code, code_verifier: verifier } = body;
  if (typeof code !== "string" || typeof verifier !== "string" || code === "" || verifier === "")
    return supabaseError(
      request,
      "validation_failed",
      "invalid request: both auth code and code verifier should be non-empty",
    );
  const exchanged = await transact(() => exchange(code, verifier, client));
  if (exchanged === "wrong verifier") return supabaseError(request, "bad_code_verifier");
  if (exchanged === "unknown") {
    const refusal = await refuseToken(client, fail("token_invalid"));
    return reword(request, refusal, { token_invalid: ["flow_state_not_found"] });
  }
  if (!exchanged.ok) return exchanged;
  const { sessionId, providerToken, refreshToken } = exchanged.value;
  const answer = await tokens(sessionId, refreshToken);
  if (!answer.ok) return answer;
  const provider = providerToken !== null && { provider_token: unseal(PROVIDER_TOKEN, sessionId, providerToken) };
  return ok(json(200, { ...answer.value, ...provider }));
}

type Exchanged = Result<AuthCode & { refreshToken: string }> | "wrong verifier" | "unknown";

/**
 * Exchanges a code, which works once. A wrong verifier spends the code, and ends its session. A refusal to link the account
 * spends nothing: the code works on for its five minutes.
 */
async function exchange(code: string, verifier: string, client: Client): Promise<Exchanged> {
  const verification = await findVerificationByToken(code);
  const grant = verification?.purpose === "handle" ? AuthCode.safeParse(verification.payload).data : undefined;
  if (!verification || !grant || !(await consumeVerification(verification.id))) return "unknown";
  const { sessionId, challenge, link } = grant;
  const session = await findSession(sessionId);
  const alive = (await findPrincipalById(sessionId)) ?? (await findOwingById(sessionId));
  if (!session || !alive) return "unknown";
  if (!answers(verifier, challenge)) {
    if (!link) await revokeSession(session.userId, sessionId);
    return "wrong verifier";
  }
  const linked = link ? await linkInSession(sessionId, { ...link, raw: {} }, client) : ok(null);
  if (!linked.ok) return linked;
  return ok({ ...grant, refreshToken: await startRefreshing({ ...session, sessionId }) });
}

/** Links a provider's account to the person of a session, which needs a recent proof of who they are. */
export async function linkInSession(sessionId: string, profile: Profile, client: Client): Promise<Result<unknown>> {
  const principal = await findPrincipalById(sessionId);
  return principal ? signInWithProfile(profile, client, { principal }) : fail("unauthenticated");
}

function answers(verifier: string, { challenge, method }: Challenge): boolean {
  const shown = method === "plain" ? verifier : createHash("sha256").update(verifier).digest("base64url");
  return sameHash(shown, challenge);
}
