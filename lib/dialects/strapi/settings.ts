import { env } from "@/lib/env";
import { firstTarget } from "@/lib/oauth/redirects";

/** What Strapi has in its advanced settings and its plugin's config. */
export type StrapiSettings = {
  /** Whether people may sign in by password here. */
  localEnabled: boolean;
  /** Fields a registration may hold besides username, email and password. They are kept with the user, and shown. */
  allowedFields: readonly string[];
  /** A rule of your own for new passwords, besides ours: false, or a throw that says why, refuses. */
  validatePassword?(password: string): boolean | Promise<boolean>;
  /** Your page for a new password; it gets `?code=`. Null: our own. */
  resetPasswordUrl: string | null;
  /**
   * Whether opening a mailed link is enough, as with the original. That is also what mail scanners do: they confirm a
   * stranger's registration with the stranger's password. Without it the link leads to our page with a button first,
   * which in another browser than the one that registered also asks for the password.
   */
  openingConfirms: boolean;
  /** Where the link that confirms an address leads in the end. */
  confirmationRedirect: string;
  /** Where the browser ends after a third party's sign-in, if the provider does not say so itself. */
  callback(provider: string): string;
  /**
   * From where a third party's sign-in may be ended. "anywhere": also by a browser in another network than the one that
   * began, so a link with a stranger's handle signs its victim in as the stranger, unless your page compares a `state`
   * that it put into `?callback=`. For sites whose people change networks in between.
   */
  handleFrom: "same-network" | "anywhere";
  /** So many calls of one route a minute from one address. */
  callsPerMinute: number;
  /** "refresh": access tokens of minutes, and a refresh token beside. "legacy-support": one token, as old clients know it. */
  jwtManagement: "legacy-support" | "refresh";
  /** Who gets the refresh token in a cookie that no script can read, and not in the answer. */
  refreshCookie: "when-asked" | "always";
};

export const SETTINGS: StrapiSettings = {
  localEnabled: true,
  allowedFields: [],
  resetPasswordUrl: null,
  openingConfirms: false,
  confirmationRedirect: "/",
  callback: (provider) => firstTarget() ?? `${env().APP_URL}/connect/${provider}/redirect`,
  handleFrom: "same-network",
  callsPerMinute: 10,
  get jwtManagement() {
    return env().STRAPI_JWT_MANAGEMENT;
  },
  refreshCookie: "when-asked",
};
