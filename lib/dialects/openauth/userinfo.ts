import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { readAccessToken } from "@/lib/auth/steps/access-token";
import { findPrincipalById } from "@/lib/auth/store/sessions";
import { findUserById } from "@/lib/auth/store/users";
import { type ApiCall, bearerOf } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { clientIds } from "./clients";
import { subjectOf } from "./config";
import type { Issuer } from "./issuer";
import { actorTypeOf, issuerUrl } from "./names";

/**
 * `GET /openauth/userinfo` with an app's access token: the subject's properties, and its `sub` (OpenID Connect Core,
 * 5.3.2). The properties are those that `success` chose, else today's. 401 for a token that is forged or expired, or whose
 * session has ended.
 */
export async function userinfo(issuer: Issuer, { request }: Pick<ApiCall, "request">): Promise<Result<Response>> {
  const subject = await subjectOfToken(issuer, bearerOf(request) ?? "");
  return subject ? ok(json(200, subject)) : fail("unauthenticated");
}

/** The subject of an app's token, or null; its session must live, and must be that app's. */
async function subjectOfToken({ success }: Issuer, token: string): Promise<object | null> {
  const read = await readAccessToken(token, clientIds(), { issuer: issuerUrl() });
  if (!read.ok) return null;
  const { aud, sid, sub, properties } = read.value;
  const principal = await findPrincipalById(String(sid));
  const user = principal?.actorType === actorTypeOf(String(aud)) ? await findUserById(principal.userId) : null;
  if (!user) return null;
  return { ...(success ? Object(properties) : subjectOf(user).properties), sub };
}
