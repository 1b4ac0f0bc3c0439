import { strapi } from "@/lib/dialects/strapi";
import { tokenFor } from "@/lib/dialects/strapi/session";
import { SETTINGS } from "@/lib/dialects/strapi/settings";
import type { WhoAmI } from "../support/who-am-i";

export const STRAPI: WhoAmI = {
  name: "Strapi",
  api: strapi,
  path: "/api/users/me",
  tokenOf: (begun) => tokenFor(begun.user, begun, SETTINGS),
};
