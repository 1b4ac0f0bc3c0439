import type { Api, ApiHandler } from "@/lib/wire/endpoint";
import { router } from "@/lib/wire/router";
import { authorize } from "./authorize";
import { refuse, refusePerson } from "./errors";
import { keys, metadata } from "./metadata";
import type { PasswordStep } from "./password-provider";
import { type StartBrowserSession, showScreen } from "./password-screens";
import { token } from "./token";
import { userinfo } from "./userinfo";

const forApps: Api = {
  methods: ["GET", "POST", "OPTIONS"],
  requestHeaders: ["authorization", "content-type"],
  exposedHeaders: ["www-authenticate", "retry-after"],
  bodies: "form",
  refuse,
};

/** Every method of /openauth. */
export const openauth = router(forApps, "/openauth", {
  "GET authorize": authorize,
  "POST token": token,
  "GET userinfo": userinfo,
  "GET .well-known/oauth-authorization-server": metadata,
  "GET .well-known/openid-configuration": metadata,
  "GET .well-known/jwks.json": keys,
});

/** Every method of RFC 8414's place for the metadata, at the root of the site. */
export const openauthMetadata = router(forApps, "/.well-known", {
  "GET oauth-authorization-server/openauth": metadata,
});

const forPeople: Api = {
  methods: ["GET", "POST"],
  requestHeaders: [],
  bodies: "form",
  ownPagesOnly: true,
  refuse: refusePerson,
};

/** Every method of /password. `startBrowserSession` signs a person in who came by themselves. */
export function openauthScreens(startBrowserSession: StartBrowserSession) {
  const screen =
    (step: PasswordStep): ApiHandler =>
    (call) =>
      showScreen(step, call, startBrowserSession);
  return router(forPeople, "/password", {
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
