import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { readAccessToken } from "@/lib/auth/steps/access-token";
import { findPrincipalById } from "@/lib/auth/store/sessions";
import { findUserById } from "@/lib/auth/store/users";
import { type ApiCall, bearerOf } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import type { User } from "@/prisma/client/client";
import { clientIds } from "./clients";
import { subjectOf } from "./config";
import { actorTypeOf, issuer, subjectIdOf } from "./session";

/**
 * `GET /openauth/userinfo` with an app's access token: the subject's properties as they are now, and its `sub` (OpenID
 * Connect Core, 5.3.2). 401 for a token that is not genuine, not in time, or of a session that has ended.
 */
export async function userinfo({ request }: Pick<ApiCall, "request">): Promise<Result<Response>> {
  const user = await personOf(bearerOf(request) ?? "");
  return user ? ok(json(200, { ...subjectOf(user).properties, sub: subjectIdOf(user) })) : fail("unauthenticated");
}

/** Whom an app's token is about, while the session that it came of lives and speaks for that app. */
async function personOf(token: string): Promise<User | null> {
  const read = await readAccessToken(token, clientIds(), { issuer: issuer() });
  if (!read.ok) return null;
  const { aud, sid } = read.value;
  const principal = await findPrincipalById(String(sid));
  return principal?.actorType === actorTypeOf(String(aud)) ? findUserById(principal.userId) : null;
}
