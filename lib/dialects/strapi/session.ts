import { ok, type Result } from "@/lib/auth/model/errors";
import type { Principal } from "@/lib/auth/model/principal";
import { startRefreshing } from "@/lib/auth/refresh-session";
import { issueAccessToken, verifyAccessToken } from "@/lib/auth/steps/access-token";
import type { BegunSession, HandOver, SessionOptions, SignedIn } from "@/lib/auth/steps/begin-session";
import { refuseOwing } from "@/lib/auth/steps/refuse-owing";
import type { NewSession } from "@/lib/auth/store/sessions";
import { SESSION_ABSOLUTE_DAYS } from "@/lib/validity";
import { type ApiCall, bearerOf } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { readCookie, setCookie } from "@/lib/wire/request-cookies";
import { admitting } from "@/lib/wire/router";
import type { User } from "@/prisma/client/client";
import { strapiError } from "./errors";
import type { StrapiSettings } from "./settings";
import { showUser } from "./user";

const AUDIENCE = "strapi";
/** The options of a session. A session that owes a factor ends at once, so it gets no refresh token. */
export function sessionFor({ jwtManagement }: StrapiSettings): SessionOptions {
  const handOver: HandOver = async (begun) => (begun.owedFactor ? null : startRefreshing(begun));
  return { kind: "api", remember: true, ...(jwtManagement === "refresh" && { handOver }) };
}

/** The claim for the time of the last proof, in milliseconds since 1970. */
const PROVED_AT = "proved_at";
export const REFRESH_COOKIE = "strapi_up_refresh";
/** Clients that cannot refresh get a token for as long as a session may live. Each use of it looks the session up. */
const LEGACY_SECONDS = SESSION_ABSOLUTE_DAYS * 24 * 60 * 60;

/**
 * The answer to a sign-in. The contract has no second step, so a session that owes a factor ends here.
 * @returns `second_factor_required` for such a session, with the page where the person can sign in.
 */
export async function answerSignIn(
  call: ApiCall,
  begun: BegunSession,
  settings: StrapiSettings,
): Promise<Result<Response>> {
  return begun.owedFactor ? refuseOwing(begun) : ok(await handOver(call, begun.user, begun, settings));
}

/** The answer that gives a client its session. */
export async function handOver(
  call: ApiCall,
  user: User,
  session: SignedIn & NewSession & { handed: string | null },
  settings: StrapiSettings,
): Promise<Response> {
  const body = { jwt: await tokenFor(user, session, settings), user: await showUser(user, settings) };
  return session.handed === null ? json(200, body) : withRefreshToken(call, body, session.handed, settings);
}

/** Adds the refresh token in a cookie, where no script gets it, for clients that ask for that or sent it so; else in the body. */
export function withRefreshToken(
  { request }: ApiCall,
  body: object,
  refreshToken: string,
  { refreshCookie }: StrapiSettings,
): Response {
  const asked = request.headers.get("x-strapi-refresh-cookie") === "httpOnly" || readCookie(request, REFRESH_COOKIE);
  if (refreshCookie !== "always" && !asked) return json(200, { ...body, refreshToken });
  const response = json(200, body);
  const expires = new Date(Date.now() + SESSION_ABSOLUTE_DAYS * 24 * 60 * 60 * 1000);
  response.headers.append("set-cookie", setCookie(REFRESH_COOKIE, refreshToken, expires));
  return response;
}

/**
 * The access token of a session. Strapi's clients read `id`, or in refresh mode `userId` and `sessionId`. The time of the proof
 * is exact to the millisecond, because a password can change within the second of `iat`.
 */
export async function tokenFor(
  user: User,
  { sessionId, authenticatedAt }: SignedIn,
  settings: StrapiSettings,
): Promise<string> {
  const refreshes = settings.jwtManagement === "refresh";
  const seconds = refreshes ? undefined : LEGACY_SECONDS;
  const proof = { [PROVED_AT]: authenticatedAt.getTime() };
  const claims = { id: user.seq, ...proof, ...(refreshes && { userId: String(user.seq), sessionId, type: "access" }) };
  return (await issueAccessToken({ audience: AUDIENCE, subject: user.id, sessionId, claims, seconds })).token;
}

/** The principal of the bearer token, or the refusal of a request whose token is missing or invalid. */
export async function requirePrincipal({ request }: Pick<ApiCall, "request">): Promise<Result<Principal>> {
  const token = bearerOf(request);
  if (!token) return strapiError("ForbiddenError", "Forbidden");
  const verified = await verifyAccessToken(token, AUDIENCE, { maxSeconds: LEGACY_SECONDS });
  if (!verified.ok) {
    const invalid = verified.error.code === "token_invalid";
    return strapiError("UnauthorizedError", invalid ? "Missing or invalid credentials" : "Invalid credentials");
  }
  const { principal, claims } = verified.value;
  // A change of the password ends the tokens from before it, like the other sessions.
  const { [PROVED_AT]: provedAt } = claims;
  const isOfLastProof = typeof provedAt === "number" && provedAt >= principal.authenticatedAt.getTime();
  return isOfLastProof ? ok(principal) : strapiError("UnauthorizedError", "Invalid credentials");
}

/** Makes handlers of these requests. */
export const forPrincipal = admitting(requirePrincipal);
