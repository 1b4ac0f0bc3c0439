import type { Api } from "@/lib/wire/endpoint";
import { describing } from "@/lib/wire/openapi/serve";
import { router } from "@/lib/wire/router";
import { destroy, update } from "./change-user";
import { confirm, resend } from "./confirmation";
import { connect, finishConnect, signInByHandle } from "./connect";
import { refuse } from "./errors";
import { limitCalls, type StrapiHandler } from "./limit";
import { logIn, signUp } from "./local";
import { change, forgot, reset } from "./passwords";
import { refresh } from "./refresh";
import { findRole, findRoles, permissions } from "./roles";
import { list, logOut, revoke } from "./sessions";
import { SETTINGS, type StrapiSettings } from "./settings";
import { count, find, findOne, me } from "./users";

const api: Api = {
  methods: ["GET", "POST", "PUT", "DELETE", "OPTIONS"],
  requestHeaders: ["authorization", "content-type", "accept", "x-strapi-refresh-cookie"],
  exposedHeaders: ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after"],
  refuse,
};

const EMAIL = { byEmail: true };

const ROUTES: Record<string, StrapiHandler> = {
  "POST auth/local": limitCalls("local", logIn),
  "POST auth/local/register": limitCalls("register", signUp, EMAIL),
  "POST auth/forgot-password": limitCalls("forgot-password", forgot, EMAIL),
  "POST auth/reset-password": limitCalls("reset-password", reset),
  "POST auth/change-password": limitCalls("change-password", change),
  "GET auth/email-confirmation": confirm,
  "POST auth/send-email-confirmation": limitCalls("send-email-confirmation", resend, EMAIL),
  "GET auth/[provider]/callback": signInByHandle,
  "POST auth/refresh": refresh,
  "POST auth/logout": logOut,
  "GET connect/[provider]": limitCalls("connect", connect),
  "GET connect/[provider]/callback": limitCalls("connect/callback", finishConnect),
  "GET auth/sessions": list,
  "DELETE auth/sessions/[session]": revoke,
  "GET users/me": me,
  "GET users/count": count,
  "GET users": find,
  "GET users/[id]": findOne,
  "PUT users/[id]": update,
  "DELETE users/[id]": destroy,
  "GET users-permissions/permissions": permissions,
  "GET users-permissions/roles": findRoles,
  "GET users-permissions/roles/[id]": findRole,
  "GET openapi.json": describing(() => import("./openapi")),
};

/** The methods of all paths below /api that have no route file of their own, with these settings. */
export function strapiApi(settings: StrapiSettings) {
  const routes = Object.entries(ROUTES).map(
    ([name, handler]) => [name, (call: Parameters<StrapiHandler>[0]) => handler(call, settings)] as const,
  );
  return router(api, "/api", Object.fromEntries(routes));
}

export const strapi = strapiApi(SETTINGS);
