import { createHash } from "node:crypto";
import { z } from "zod";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { sameHash, seal, unseal } from "@/lib/auth/model/secrets";
import { startRefreshing } from "@/lib/auth/refresh-session";
import { refuseToken } from "@/lib/auth/steps/refuse-token";
import { findOwingById, findSession } from "@/lib/auth/store/owing-sessions";
import { findPrincipalById, type NewSession, revokeSession } from "@/lib/auth/store/sessions";
import { consumeVerification, findVerificationByToken, issueVerification } from "@/lib/auth/store/verifications";
import { transact } from "@/lib/db/transact";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { supabaseError } from "./errors";
import { tokens } from "./session";

const SEALED_FOR = "supabase-pkce";
const CHALLENGE = /^[\w.~-]{43,128}$/;

const Challenge = z.object({ challenge: z.string(), method: z.enum(["s256", "plain"]) });
/** What a client shows beforehand of the verifier that it keeps (RFC 7636). */
export type Challenge = z.infer<typeof Challenge>;

/** The challenge in a body or a query, null for none; or the answer to half of one, or to one that is none. */
export function readChallenge(
  request: Request,
  given: { code_challenge?: unknown; code_challenge_method?: unknown },
): Challenge | null | Response {
  const [challenge, method] = [given.code_challenge || null, given.code_challenge_method || null];
  if (challenge === null && method === null) return null;
  const refuse = (message: string) => supabaseError(request, "validation_failed", message);
  if (typeof challenge !== "string" || typeof method !== "string") return refuse(BOTH);
  if (!CHALLENGE.test(challenge)) return refuse(NO_CHALLENGE);
  const read = Challenge.safeParse({ challenge, method: method.toLowerCase() });
  return read.success ? read.data : refuse("code_challenge_method must be s256 or plain");
}

const BOTH = "PKCE flow requires code_challenge_method and code_challenge";
const NO_CHALLENGE =
  "code challenge has to be between 43 and 128 characters: letters, digits, hyphens, periods, underscores and tildes";

/** A challenge for a mailed link to carry. Bound to the link's token, and unreadable: a plain one is the verifier. */
export function sealChallenge(token: string, challenge: Challenge): string {
  return seal(SEALED_FOR, token, JSON.stringify(challenge));
}

/** The challenge that a mailed link carries, or null. */
export function openChallenge(token: string, flow: string | null): Challenge | null {
  const json = flow && unseal(SEALED_FOR, token, flow);
  return json ? Challenge.parse(JSON.parse(json)) : null;
}

const AuthCode = Challenge.extend({ sessionId: z.string() });

/** A code for the client to exchange, within five minutes and once, for the tokens of a session that has just begun. */
export async function issueAuthCode(
  { sessionId }: Pick<NewSession, "sessionId">,
  challenge: Challenge,
): Promise<string> {
  const { token } = await issueVerification({ purpose: "auth-code", payload: { ...challenge, sessionId } });
  return token;
}

/** `POST /token?grant_type=pkce`. */
export async function exchangeCode({ request, body, client }: ApiCall): Promise<Result<Response>> {
  const { auth_code: code, code_verifier: verifier } = body;
  if (typeof code !== "string" || typeof verifier !== "string" || code === "" || verifier === "")
    return ok(
      supabaseError(
        request,
        "validation_failed",
        "invalid request: both auth code and code verifier should be non-empty",
      ),
    );
  const spent = await transact(() => spend(code, verifier));
  if (spent === "wrong verifier") return ok(supabaseError(request, "bad_code_verifier"));
  if (spent === "unknown") {
    const { error } = await refuseToken(client, fail("token_invalid"));
    return error.code === "token_invalid" ? ok(supabaseError(request, "flow_state_not_found")) : { ok: false, error };
  }
  const answer = await tokens(spent.sessionId, spent.refreshToken);
  return answer.ok ? ok(json(200, answer.value)) : answer;
}

type Spent = { sessionId: string; refreshToken: string } | "wrong verifier" | "unknown";

/** A code works once, whatever comes of it: an exchange that is refused leaves no session behind. */
async function spend(code: string, verifier: string): Promise<Spent> {
  const verification = await findVerificationByToken(code);
  if (verification?.purpose !== "auth-code" || !(await consumeVerification(verification.id))) return "unknown";
  const { sessionId, ...challenge } = AuthCode.parse(verification.payload);
  const session = await findSession(sessionId);
  if (!session) return "unknown";
  if (!answers(verifier, challenge)) {
    await revokeSession(session.userId, sessionId);
    return "wrong verifier";
  }
  const alive = (await findPrincipalById(sessionId)) ?? (await findOwingById(sessionId));
  if (!alive) return "unknown";
  return { sessionId, refreshToken: await startRefreshing({ sessionId, absoluteExpires: session.absoluteExpires }) };
}

function answers(verifier: string, { challenge, method }: Challenge): boolean {
  const shown = method === "plain" ? verifier : createHash("sha256").update(verifier).digest("base64url");
  return sameHash(shown, challenge);
}
