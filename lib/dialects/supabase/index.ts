import type { Api, ApiHandler } from "@/lib/wire/endpoint";
import { describing } from "@/lib/wire/openapi/serve";
import { type Routes, router } from "@/lib/wire/router";
import { health, keys, showSettings } from "./about";
import { ADMIN_ROUTES } from "./admin";
import { refusingKeysOfPages } from "./admin/service-role";
import { reauthenticateByMail, recover, resend, signInByMail } from "./ask-by-mail";
import { ERROR_CODE_HEADER, refuse, supabaseError, VERSION_HEADER } from "./errors";
import { PASSKEY_ROUTES } from "./passkeys";
import { callback } from "./providers/callback";
import { unlinkIdentity } from "./providers/unlink";
import { authorize, authorizeLinking } from "./providers/visit";
import { forHolder, forPrincipal } from "./session";
import { SETTINGS, type SupabaseSettings } from "./settings";
import { signUp } from "./sign-up";
import { token } from "./token";
import { FACTOR_ROUTES } from "./two-factor/factors";
import { RECOVERY_CODE_ROUTES } from "./two-factor/recovery-codes";
import { logOut, readUser, updateUser } from "./user";
import { verify, verifyLink } from "./verify";

const api: Api = {
  methods: ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
  requestHeaders: ["authorization", "content-type", "apikey", "x-client-info", VERSION_HEADER],
  exposedHeaders: [VERSION_HEADER, ERROR_CODE_HEADER],
  refuse,
};

/** The methods of /auth/v1/[...path]. */
export function supabaseApi(settings: SupabaseSettings) {
  const withSettings =
    (handler: (...given: [...Parameters<ApiHandler>, SupabaseSettings]) => ReturnType<ApiHandler>): ApiHandler =>
    (call) =>
      handler(call, settings);
  const routes: Routes = {
    "POST signup": signUp,
    "POST token": token,
    "POST logout": forHolder(logOut),
    "GET user": forHolder(readUser),
    "PUT user": forPrincipal(updateUser),
    "POST otp": signInByMail,
    "POST magiclink": signInByMail,
    "POST recover": recover,
    "GET authorize": authorize,
    "GET callback": callback,
    "GET user/identities/authorize": forPrincipal(authorizeLinking),
    "DELETE user/identities/[id]": forPrincipal(unlinkIdentity),
    "GET reauthenticate": forPrincipal(reauthenticateByMail),
    "POST resend": resend,
    "POST sso": async ({ request }) => supabaseError(request, "saml_provider_disabled"),
    "POST verify": withSettings(verify),
    "GET verify": withSettings(verifyLink),
    ...FACTOR_ROUTES,
    ...RECOVERY_CODE_ROUTES,
    ...PASSKEY_ROUTES,
    "GET settings": showSettings,
    "GET health": health,
    "GET .well-known/jwks.json": keys,
    "GET openapi.json": describing(() => import("./openapi")),
    ...ADMIN_ROUTES,
  };
  return router(api, "/auth/v1", refusingKeysOfPages(routes));
}

export const supabase = supabaseApi(SETTINGS);
