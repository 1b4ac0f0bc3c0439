import type { GrantConfig } from "./provider";

/** What of a provider's description is asked of it, and how. */
export type Grant = {
  key: string | undefined;
  secret: string | undefined;
  authorizeUrl: string;
  accessUrl: string;
  /** For the authorization address: the scope, and what is the provider's own. */
  parameters: Record<string, string>;
  authMethod: "client_secret_post" | "client_secret_basic";
  pkce: boolean;
};

/** Options of `grant` that this project does not support, and what to do instead. Their default value is accepted. */
const REFUSED: Record<string, { unless?: unknown[]; instead: string }> = {
  oauth: { unless: [2, "2"], instead: "OAuth 1 is not spoken here: give the provider's addresses of OAuth 2" },
  request_url: { instead: "it is OAuth 1's, which is not spoken here" },
  dynamic: {
    unless: [false],
    instead: "a visitor's query would describe the provider; a page for ?callback= needs no option",
  },
  nonce: { unless: [false], instead: "it is OpenID Connect's: such a provider is switched on by AUTH_OIDC_ISSUER" },
  state: { unless: [true], instead: "each visit has a state of its own" },
  response: { instead: "the page gets a handle, and authCallback the provider's whole answer as grantResponse" },
  profile_url: { instead: "ask it in authCallback" },
  custom_parameters: { instead: "give them with their values as custom_params" },
  redirect_uri: { instead: "it is always APP_URL/api/connect/<name>/callback, and callback is where the browser ends" },
  overrides: { instead: "add another provider" },
  transport: { unless: ["session", "querystring"], instead: "the answer is kept on the server" },
};
const TAKEN = [
  ...[
    "key",
    "client_id",
    "secret",
    "client_secret",
    "authorize_url",
    "access_url",
    "scope",
    "scope_delimiter",
    "subdomain",
  ],
  ...["custom_params", "pkce", "token_endpoint_auth_method", "callback", "callbackUrl", "icon", "enabled", "name"],
];
/** What the protocol itself says in the authorization address. */
const PROTOCOL =
  /^(client_id|client_secret|redirect_uri|response_type|response_mode|state|nonce|scope|code_challenge.*)$/;
const AUTH_METHODS = ["client_secret_post", "client_secret_basic"] as const;

/**
 * A provider's description in the words of the package `grant`, which Strapi's guide uses.
 * @throws {TypeError} that names the option which is missing, unknown or not supported here, and says what to do.
 */
export function readGrantConfig(id: string, config: GrantConfig): Grant {
  const refuse = (option: string, why: string) => new TypeError(`grantConfig.${option} of "${id}": ${why}`);
  const options: Record<string, unknown> = { ...config };
  for (const [option, value] of Object.entries(options)) {
    const refused = Object.hasOwn(REFUSED, option) ? REFUSED[option] : undefined;
    if (value === undefined || refused?.unless?.includes(value)) continue;
    if (refused) throw refuse(option, refused.instead);
    if (!TAKEN.includes(option)) throw refuse(option, "there is no such option here");
  }
  const { scope = [], scope_delimiter = ",", subdomain = "", custom_params: own = {}, pkce = true } = config;
  const { token_endpoint_auth_method: authMethod = "client_secret_post" } = config;
  if (!AUTH_METHODS.includes(authMethod))
    throw refuse("token_endpoint_auth_method", `use ${AUTH_METHODS.join(" or ")}`);
  const address = (option: "authorize_url" | "access_url") => {
    const url = config[option];
    if (!url) throw refuse(option, "it is missing");
    if (url.includes("[subdomain]") && !subdomain) throw refuse("subdomain", `${option} has a place for it`);
    return url.replace("[subdomain]", subdomain);
  };
  const protocols = Object.keys(own).find((name) => PROTOCOL.test(name));
  if (protocols) throw refuse("custom_params", `${protocols} is the protocol's`);
  return {
    key: config.key ?? config.client_id,
    secret: config.secret ?? config.client_secret,
    authorizeUrl: address("authorize_url"),
    accessUrl: address("access_url"),
    parameters: { ...own, scope: Array.isArray(scope) ? scope.join(scope_delimiter) : scope },
    authMethod,
    pkce,
  };
}
