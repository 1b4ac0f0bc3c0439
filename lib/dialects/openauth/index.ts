import type { Api, ApiHandler } from "@/lib/wire/endpoint";
import { describing } from "@/lib/wire/openapi/serve";
import { router } from "@/lib/wire/router";
import { authorize } from "./authorize";
import { openauth as config } from "./config";
import { refuse, refusePerson } from "./errors";
import type { Issuer } from "./issuer";
import { keys, metadata } from "./metadata";
import { mountProviders } from "./mount";
import type { PasswordStep } from "./password-provider";
import { type StartBrowserSession, showScreen } from "./password-screens";
import { token } from "./token";
import { userinfo } from "./userinfo";

const PREFIX = "/openauth";

const forApps: Api = {
  methods: ["GET", "POST", "OPTIONS"],
  requestHeaders: ["authorization", "content-type"],
  exposedHeaders: ["www-authenticate", "retry-after"],
  bodies: "form",
  refuse,
};

const forPeople: Api = { methods: ["GET", "POST"], requestHeaders: [], bodies: "form", refuse: refusePerson };
const screens: Api = { ...forPeople, ownPagesOnly: true };
const answers: Api = { ...forPeople, fromAnyPage: true };

/** The methods of /openauth for this issuer. */
export function openauthRoutes(issuer: Issuer) {
  const mounted = mountProviders(issuer);
  const ofApps = router(forApps, PREFIX, {
    "GET authorize": (call) => authorize(issuer, call),
    "POST token": (call) => token(issuer, call),
    "GET userinfo": (call) => userinfo(issuer, call),
    "GET .well-known/oauth-authorization-server": metadata,
    "GET .well-known/openid-configuration": metadata,
    "GET .well-known/jwks.json": keys,
    "GET openapi.json": describing(() => import("./openapi")),
  });
  const [ofForms, ofAnswers] = [router(screens, PREFIX, mounted.forms), router(answers, PREFIX, mounted.answers)];
  const routerOf = (request: Request) => {
    const [provider = "", step] = new URL(request.url).pathname.slice(PREFIX.length + 1).split("/");
    if (!Object.hasOwn(issuer.providers, provider)) return ofApps;
    return step === "callback" ? ofAnswers : ofForms;
  };
  const handle = (request: Request) => routerOf(request).GET(request);
  return { GET: handle, HEAD: handle, POST: handle, PUT: handle, PATCH: handle, DELETE: handle, OPTIONS: handle };
}

/** The methods of /openauth. */
export const openauth = openauthRoutes(config);

/** The methods of the metadata's address by RFC 8414, at the root of the site. */
export const openauthMetadata = router(forApps, "/.well-known", {
  "GET oauth-authorization-server/openauth": metadata,
});

/** The methods of /password. `startBrowserSession` signs in a person whom no app sent. */
export function openauthScreens(startBrowserSession: StartBrowserSession, issuer: Issuer = config) {
  const screen =
    (step: PasswordStep): ApiHandler =>
    (call) =>
      showScreen(issuer, step, call, startBrowserSession);
  return router(screens, "/password", {
    "GET authorize": screen("authorize"),
    "POST authorize": screen("authorize"),
    "GET factor": screen("factor"),
    "POST factor": screen("factor"),
    "GET register": screen("register"),
    "POST register": screen("register"),
    "GET change": screen("change"),
    "POST change": screen("change"),
  });
}
