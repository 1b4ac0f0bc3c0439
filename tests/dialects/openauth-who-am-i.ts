import { startRefreshing } from "@/lib/auth/refresh-session";
import { openauth } from "@/lib/dialects/openauth";
import { openauth as config } from "@/lib/dialects/openauth/config";
import { actorTypeOf } from "@/lib/dialects/openauth/names";
import { tokens } from "@/lib/dialects/openauth/session";
import type { WhoAmI } from "../support/who-am-i";

/** One of OpenAuth's apps. */
const APP = "web";

export const OPENAUTH: WhoAmI = {
  name: "OpenAuth",
  api: openauth,
  path: "/openauth/userinfo",
  actorType: actorTypeOf(APP),
  async tokenOf(begun) {
    const answer = await tokens(config, begun.user, begun, APP, await startRefreshing(begun), null);
    return (await answer.json()).access_token;
  },
};
