import { login } from "@/lib/auth/login";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import * as schemas from "@/lib/auth/model/schemas";
import { refreshAlsoOwing } from "@/lib/auth/refresh-session";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { reword, supabaseError } from "./errors";
import { supabaseLinks } from "./links";
import { exchangeCode } from "./pkce";
import { byIdToken } from "./providers/id-token";
import { SESSION, signedIn, tokens } from "./session";

const MIN_TOKEN_CHARACTERS = 12;
const MAX_TOKEN_CHARACTERS = 200;

/** `POST /token?grant_type=…`. */
export async function token(call: ApiCall): Promise<Result<Response>> {
  const grant = call.url.searchParams.get("grant_type");
  if (grant === "password") return byPassword(call);
  if (grant === "refresh_token") return byRefreshToken(call);
  if (grant === "pkce") return exchangeCode(call);
  if (grant === "id_token") return byIdToken(call);
  if (grant === "web3") return supabaseError(call.request, "web3_provider_disabled");
  return supabaseError(call.request, "invalid_credentials", "unsupported_grant_type");
}

async function byPassword({ request, body, client }: ApiCall): Promise<Result<Response>> {
  if (typeof body.email !== "string" || body.email === "")
    return supabaseError(request, "validation_failed", "missing email or phone");
  const email = schemas.email.safeParse(body.email);
  const password = schemas.currentPassword.safeParse(body.password);
  if (!email.success || !password.success) return fail("invalid_credentials");
  const input = { email: email.data, password: password.data, ...SESSION };
  const result = await login(input, client, supabaseLinks(null, null));
  if (!result.ok) return result;
  if (result.value.status === "unverified") return fail("email_unverified");
  return signedIn(result.value.session);
}

async function byRefreshToken({ request, body, client }: ApiCall): Promise<Result<Response>> {
  const { refresh_token: refreshToken } = body;
  if (typeof refreshToken !== "string" || refreshToken.length < MIN_TOKEN_CHARACTERS)
    return supabaseError(request, "validation_failed", "Refresh token is not valid");
  if (refreshToken.length > MAX_TOKEN_CHARACTERS) return fail("refresh_unknown");
  const result = await refreshAlsoOwing({ refreshToken }, client);
  const answer = result.ok ? await tokens(result.value.sessionId, result.value.refreshToken) : result;
  if (answer.ok) return ok(json(200, answer.value));
  return reword(request, answer, { unauthenticated: ["session_expired"] });
}
