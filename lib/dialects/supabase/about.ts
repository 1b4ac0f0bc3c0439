import { ok, type Result } from "@/lib/auth/model/errors";
import { publicKeys } from "@/lib/auth/store/signing-keys";
import { BRAND } from "@/lib/brand";
import { env } from "@/lib/env";
import { enabledProviders } from "@/lib/oauth/registry";
import { json } from "@/lib/wire/json";
import { providerFlags } from "./providers/names";

/** `GET /settings`: the ways to sign in that clients may offer. */
export async function showSettings(): Promise<Result<Response>> {
  const { AUTH_ALLOW_SIGNUP, AUTH_REQUIRE_EMAIL_VERIFICATION } = env();
  const external = providerFlags(enabledProviders());
  return ok(
    json(200, {
      external: { email: true, phone: false, anonymous_users: false, ...external },
      disable_signup: !AUTH_ALLOW_SIGNUP,
      mailer_autoconfirm: !AUTH_REQUIRE_EMAIL_VERIFICATION,
      phone_autoconfirm: false,
      sms_provider: "",
      saml_enabled: false,
      saml_private_key_next_configured: false,
      passkeys_enabled: true,
    }),
  );
}

/** `GET /health`. */
export async function health(): Promise<Result<Response>> {
  return ok(json(200, { name: BRAND.name, description: "Speaks the Supabase Auth API" }));
}

/** `GET /.well-known/jwks.json`. */
export async function keys(): Promise<Result<Response>> {
  return ok(json(200, { keys: await publicKeys() }));
}
