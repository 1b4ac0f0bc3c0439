import type { Api, ApiHandler } from "@/lib/wire/endpoint";
import { describing } from "@/lib/wire/openapi/serve";
import { type PathParams, router } from "@/lib/wire/router";
import { actorRoutes } from "./actor-routes";
import type { ActorParams } from "./actor-types";
import { ADMIN_USER_ROUTES } from "./admin-users";
import { callback } from "./callback";
import { refuse } from "./errors";
import { INVITE_ROUTES } from "./invites";
import { askForReset, setPassword } from "./password";
import { withPublishableKey } from "./publishable-key";
import { closeSession, openSession, refreshToken } from "./refresh";
import { signIn, signUp } from "./sign-in";
import { CHALLENGE_ROUTES } from "./two-factor/challenge";
import { FACTOR_ROUTES } from "./two-factor/factors";
import { createUser, listProviders } from "./users";
import { askForCode, confirm, leadToStorefront } from "./verification";

const api: Api = {
  methods: ["GET", "POST", "DELETE", "OPTIONS"],
  requestHeaders: ["authorization", "content-type", "accept", "x-medusa-locale", "x-publishable-api-key"],
  refuse,
};

function forActor(handler: ApiHandler<ActorParams>): ApiHandler<PathParams> {
  return ({ params: { actor = "", provider = "" }, ...call }) => handler({ ...call, params: { actor, provider } });
}

/** The methods of /auth, /store, /admin/invites and /admin/users. */
export const medusa = router(api, "", {
  "POST auth/[actor]/[provider]": forActor(signIn),
  "GET auth/[actor]/[provider]": forActor(signIn),
  "POST auth/[actor]/[provider]/register": forActor(signUp),
  "GET auth/[actor]/[provider]/callback": forActor(callback),
  "POST auth/[actor]/[provider]/callback": forActor(callback),
  "POST auth/[actor]/[provider]/reset-password": forActor(askForReset),
  "POST auth/[actor]/[provider]/update": forActor(setPassword),
  "GET auth/[actor]/providers": listProviders,
  "POST auth/[actor]/user": createUser,
  "POST auth/token/refresh": refreshToken,
  "POST auth/session": openSession,
  "DELETE auth/session": closeSession,
  "POST auth/verification/request": askForCode,
  "GET auth/verification/confirm": leadToStorefront,
  "POST auth/verification/confirm": confirm,
  "GET auth/openapi.json": describing(() => import("./openapi")),
  ...FACTOR_ROUTES,
  ...CHALLENGE_ROUTES,
  ...ADMIN_USER_ROUTES,
  ...INVITE_ROUTES,
  ...withPublishableKey(actorRoutes()),
});
