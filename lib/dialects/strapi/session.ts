import { ok, type Result } from "@/lib/auth/model/errors";
import type { Principal } from "@/lib/auth/model/principal";
import { startRefreshing } from "@/lib/auth/refresh-session";
import { issueAccessToken, verifyAccessToken } from "@/lib/auth/steps/access-token";
import type { BegunSession, HandOver, SessionOptions, SignedIn } from "@/lib/auth/steps/begin-session";
import { refuseOwing } from "@/lib/auth/steps/refuse-owing";
import { type NewSession, SESSION_ABSOLUTE_DAYS } from "@/lib/auth/store/sessions";
import { type ApiCall, bearerOf } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { readCookie, setCookie } from "@/lib/wire/request-cookies";
import type { User } from "@/prisma/client/client";
import { strapiError } from "./errors";
import type { StrapiSettings } from "./settings";
import { showUser } from "./user";

const AUDIENCE = "strapi";
/** How a session begins. One that owes a factor ends at once, so that it gets no refresh token. */
export function sessionFor({ jwtManagement }: StrapiSettings): SessionOptions {
  const handOver: HandOver = async (begun) => (begun.owedFactor ? null : startRefreshing(begun));
  return { kind: "api", remember: true, ...(jwtManagement === "refresh" && { handOver }) };
}

/** In milliseconds since 1970. */
const PROVED_AT = "proved_at";
export const REFRESH_COOKIE = "strapi_up_refresh";
/** A token for clients that cannot refresh one is good for as long as its session, which is looked up at each use. */
const LEGACY_SECONDS = SESSION_ABSOLUTE_DAYS * 24 * 60 * 60;

/**
 * The answer to a sign-in: hands the session over. The contract has no second step, so one that owes a factor ends here.
 * @returns `second_factor_required`, which names the page where the person can sign in.
 */
export async function answerSignIn(
  call: ApiCall,
  begun: BegunSession,
  settings: StrapiSettings,
): Promise<Result<Response>> {
  return begun.owedFactor ? refuseOwing(begun) : ok(await handOver(call, begun.user, begun, settings));
}

/** The answer that hands a session over. */
export async function handOver(
  call: ApiCall,
  user: User,
  session: SignedIn & NewSession & { handed: string | null },
  settings: StrapiSettings,
): Promise<Response> {
  const body = { jwt: await tokenFor(user, session, settings), user: await showUser(user, settings) };
  return session.handed === null ? json(200, body) : withRefreshToken(call, body, session.handed, settings);
}

/** By cookie for a client that asked for that or came with one: a script has no business with what was kept from it. */
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
 * The access token of a session. `id`, or `userId` and `sessionId` in refresh mode, is where Strapi's clients look. It names
 * the proof that it was issued by, to the millisecond: `iat` has seconds, in which a password can be changed.
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

/** Whose bearer token this is, or the answer to a request without one, or with one that is good for nothing. */
export async function requirePrincipal({ request }: Pick<ApiCall, "request">): Promise<Principal | Response> {
  const token = bearerOf(request);
  if (!token) return strapiError("ForbiddenError", "Forbidden");
  const verified = await verifyAccessToken(token, AUDIENCE, { maxSeconds: LEGACY_SECONDS });
  if (!verified.ok) {
    const invalid = verified.error.code === "token_invalid";
    return strapiError("UnauthorizedError", invalid ? "Missing or invalid credentials" : "Invalid credentials");
  }
  const { principal, claims } = verified.value;
  // Tokens from before the last change of the password are as dead as the sessions that it ended.
  const { [PROVED_AT]: provedAt } = claims;
  const isOfLastProof = typeof provedAt === "number" && provedAt >= principal.authenticatedAt.getTime();
  return isOfLastProof ? principal : strapiError("UnauthorizedError", "Invalid credentials");
}
