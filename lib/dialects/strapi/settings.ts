import { env } from "@/lib/env";
import { firstTarget } from "@/lib/oauth/redirects";

/** Strapi's advanced settings, and the config of its plugin. */
export type StrapiSettings = {
  /** Whether people may sign in by password here. */
  localEnabled: boolean;
  /** Further fields of a registration, besides username, email and password. They are stored with the user, and shown. */
  allowedFields: readonly string[];
  /** A further rule for new passwords, besides ours. It refuses by false, or by a throw with a message. */
  validatePassword?(password: string): boolean | Promise<boolean>;
  /** Your page for a new password, which gets `?code=`; null for ours. */
  resetPasswordUrl: string | null;
  /**
   * Whether opening a mailed link is enough, as in the original. A mail scanner opens links too, and so confirms a stranger's
   * registration with the stranger's password. If false, the link leads to our page with a button first. In a browser that did
   * not register, that page also asks for the password.
   */
  openingConfirms: boolean;
  /** The address that follows after a mailed link has confirmed a registration. */
  confirmationRedirect: string;
  /** The address that a visit ends at, if the provider's `grantConfig` has none. */
  callback(provider: string): string;
  /**
   * The networks from which a browser may exchange a handle. With "anywhere" a browser may exchange a handle that came back in
   * another network, so a link with a stranger's handle signs its victim in as the stranger, unless your page compares a `state`
   * that it put into `?callback=`. Sites whose people change networks in between need "anywhere".
   */
  handleFrom: "same-network" | "anywhere";
  /** The calls of one route that one address may make in a minute. */
  callsPerMinute: number;
  /** "refresh": access tokens for minutes, with a refresh token. "legacy-support": one token, as old clients expect. */
  jwtManagement: "legacy-support" | "refresh";
  /** The clients that get the refresh token in a cookie that no script can read, and not in the answer. */
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
