import { ok, type Result } from "@/lib/auth/model/errors";
import { publicKeys } from "@/lib/auth/store/signing-keys";
import { json } from "@/lib/wire/json";
import { issuer } from "./session";

/** Public documents: any page may read them. */
const OPEN = { "access-control-allow-origin": "*" };

/** `GET /openauth/.well-known/oauth-authorization-server` (RFC 8414). */
export async function metadata(): Promise<Result<Response>> {
  const iss = issuer();
  const document = {
    issuer: iss,
    authorization_endpoint: `${iss}/authorize`,
    token_endpoint: `${iss}/token`,
    jwks_uri: `${iss}/.well-known/jwks.json`,
    response_types_supported: ["code"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: ["none"],
  };
  return ok(json(200, document, OPEN));
}

/** `GET /openauth/.well-known/jwks.json`. */
export async function keys(): Promise<Result<Response>> {
  return ok(json(200, { keys: await publicKeys() }, OPEN));
}
