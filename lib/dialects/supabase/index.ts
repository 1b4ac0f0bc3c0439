import { AUTH_ERRORS, ok, type Result } from "@/lib/auth/model/errors";
import { publicKeys } from "@/lib/auth/store/signing-keys";
import { env } from "@/lib/env";
import { enabledProviders } from "@/lib/oauth/registry";
import { preflight } from "@/lib/wire/cors";
import { type Api, type ApiCall, type ApiHandler, endpoint } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { ERROR_CODE_HEADER, refuse, VERSION_HEADER } from "./errors";
import { resend, signUp } from "./sign-up";
import { token } from "./token";
import { logOut, readUser, updateUser } from "./user";
import { recover, verify, verifyLink } from "./verify";

const api: Api = {
  methods: ["GET", "POST", "PUT", "OPTIONS"],
  requestHeaders: ["authorization", "content-type", "apikey", "x-client-info", VERSION_HEADER],
  exposedHeaders: [VERSION_HEADER, ERROR_CODE_HEADER],
  refuse,
};

/** What answers under /auth/v1/. */
const ROUTES: Record<string, ApiHandler> = {
  "POST signup": signUp,
  "POST token": token,
  "POST logout": logOut,
  "GET user": readUser,
  "PUT user": updateUser,
  "POST recover": recover,
  "POST resend": resend,
  "POST verify": verify,
  "GET verify": verifyLink,
  "GET settings": settings,
  "GET health": async () => ok(json(200, { name: "Latchkey", description: "Speaks the Supabase Auth API" })),
  "GET .well-known/jwks.json": async () => ok(json(200, { keys: await publicKeys() })),
};

async function route(call: ApiCall<{ path: string[] }>): Promise<Result<Response>> {
  const name = `${call.request.method} ${call.params.path.join("/")}`;
  const handler = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
  if (handler) return handler(call);
  return ok(refuse({ code: "not_found", message: AUTH_ERRORS.not_found.message }, call.request));
}

async function settings(): Promise<Result<Response>> {
  const { AUTH_ALLOW_SIGNUP, AUTH_REQUIRE_EMAIL_VERIFICATION } = env();
  const external = Object.fromEntries(enabledProviders().map(({ id }) => [id, true]));
  return ok(
    json(200, {
      external: { email: true, phone: false, anonymous_users: false, ...external },
      disable_signup: !AUTH_ALLOW_SIGNUP,
      mailer_autoconfirm: !AUTH_REQUIRE_EMAIL_VERIFICATION,
      phone_autoconfirm: false,
      sms_provider: "",
      saml_enabled: false,
    }),
  );
}

/** Every method of /auth/v1/[...path]. */
export const supabase = endpoint(api, route);
export const supabasePreflight = preflight(api);
