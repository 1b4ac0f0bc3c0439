import { ok, type Result } from "@/lib/auth/model/errors";
import { publicKeys } from "@/lib/auth/store/signing-keys";
import { json } from "@/lib/wire/json";
import { issuerUrl } from "./names";

/** These documents are public, so pages of every origin may read them. */
const OPEN = { "access-control-allow-origin": "*" };

/**
 * The metadata of the issuer: at the package's and OpenID's addresses below `/openauth`, and at RFC 8414's (3.1), which has the
 * issuer's path last. Even at OpenID's address it does not claim OpenID Connect (RFC 8414, 5), because there are no ID tokens.
 */
export async function metadata(): Promise<Result<Response>> {
  const iss = issuerUrl();
  const document = {
    issuer: iss,
    authorization_endpoint: `${iss}/authorize`,
    token_endpoint: `${iss}/token`,
    jwks_uri: `${iss}/.well-known/jwks.json`,
    userinfo_endpoint: `${iss}/userinfo`,
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: ["none"],
    authorization_response_iss_parameter_supported: true,
  };
  return ok(json(200, document, OPEN));
}

/** `GET /openauth/.well-known/jwks.json`. */
export async function keys(): Promise<Result<Response>> {
  return ok(json(200, { keys: await publicKeys() }, OPEN));
}
