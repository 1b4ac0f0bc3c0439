import type { BegunSession, SignedIn } from "@/lib/auth/steps/begin-session";
import type { askApi } from "./ask-api";

/** How a dialect's client asks whom its token belongs to, and gets that token. */
export type WhoAmI = {
  name: string;
  api: Parameters<typeof askApi>[0];
  path: string;
  actorType?: string;
  tokenOf(begun: BegunSession & SignedIn): Promise<string>;
};
