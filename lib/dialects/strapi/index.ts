import { preflight } from "@/lib/wire/cors";
import { type Api, endpoint } from "@/lib/wire/endpoint";
import { confirm, resend } from "./confirmation";
import { connect, finishConnect, signInByHandle } from "./connect";
import { refuse } from "./errors";
import { limitCalls, type StrapiHandler } from "./limit";
import { logIn, signUp } from "./local";
import { me } from "./me";
import { change, forgot, reset } from "./passwords";
import { logOut, refresh } from "./refresh";
import { SETTINGS, type StrapiSettings } from "./settings";

const api: Api = {
  methods: ["GET", "POST", "OPTIONS"],
  requestHeaders: ["authorization", "content-type", "accept", "x-strapi-refresh-cookie"],
  exposedHeaders: ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after"],
  refuse,
};

const EMAIL = { byEmail: true };

/** Every route of Strapi's users-permissions plugin, with these settings. */
export function strapiRoutes(settings: StrapiSettings) {
  const route = <Params>(handler: StrapiHandler<Params>) => endpoint<Params>(api, (call) => handler(call, settings));
  return {
    logIn: route(limitCalls("local", logIn)),
    signUp: route(limitCalls("register", signUp, EMAIL)),
    forgot: route(limitCalls("forgot-password", forgot, EMAIL)),
    reset: route(limitCalls("reset-password", reset)),
    change: route(limitCalls("change-password", change)),
    confirm: route(confirm),
    resend: route(limitCalls("send-email-confirmation", resend, EMAIL)),
    connect: route(limitCalls("connect", connect)),
    finishConnect: route(limitCalls("connect/callback", finishConnect)),
    signInByHandle: route(signInByHandle),
    refresh: route(refresh),
    logOut: route(logOut),
    me: route(me),
  };
}

export const strapiApi = strapiRoutes(SETTINGS);
export const strapiPreflight = preflight(api);
