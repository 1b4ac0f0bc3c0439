import { oauthEnv } from "@/lib/env";
import type { AuthCallback, GrantConfig, OAuthProvider, ProviderConfig, RawProfile } from "./provider";
import { ProviderFault } from "./transport";

/** What `registry.add` takes. */
export type CustomProvider = { icon: string; enabled: boolean; grantConfig: GrantConfig; authCallback: AuthCallback };

const ID = /^[a-z0-9][a-z0-9_-]{0,63}$/i;

/**
 * A provider described at run time: plain OAuth 2, and a function that finds out who the person is.
 * AUTH_<ID>_ID and AUTH_<ID>_SECRET go before `key` and `secret`.
 * @throws {TypeError} when the name cannot stand in an address.
 */
export function customProvider(
  id: string,
  custom: CustomProvider,
  providers: () => Record<string, OAuthProvider>,
): OAuthProvider {
  if (!ID.test(id)) throw new TypeError(`"${id}" cannot be a provider's name: use letters, digits, - and _`);
  return {
    ...custom,
    id,
    name: oauthEnv(id)?.name ?? titleOf(id),
    config: () => configOf(id, custom, providers),
    provesEmail,
  };
}

function configOf(id: string, custom: CustomProvider, providers: () => Record<string, OAuthProvider>): ProviderConfig {
  const { key, secret, authorize_url, access_url, subdomain = "", ...grant } = custom.grantConfig;
  const { scope = [], scope_delimiter = ",", token_endpoint_auth_method = "client_secret_post" } = grant;
  const keys = oauthEnv(id);
  const address = (url: string) => url.replace("[subdomain]", subdomain);
  return {
    id,
    name: id,
    type: "oauth",
    // The guide's example has none yet, and Auth.js refuses an empty one.
    clientId: keys?.clientId ?? (key || id),
    clientSecret: keys?.clientSecret ?? (secret || id),
    client: { token_endpoint_auth_method },
    authorization: {
      url: address(authorize_url),
      params: { scope: Array.isArray(scope) ? scope.join(scope_delimiter) : scope },
    },
    token: address(access_url),
    userinfo: {
      url: "https://none.invalid",
      request: ({ tokens }: { tokens: Record<string, unknown> }) => ask(custom.authCallback, tokens, providers()),
    },
    profile: (raw: RawProfile) => ({
      id: subjectOf(raw) as string,
      name: (raw.name ?? raw.username) as string,
      email: raw.email as string,
      image: (raw.image ?? raw.avatar ?? raw.picture) as string,
    }),
  };
}

/** Said in so many words: many providers let people write any address into their profile. */
function provesEmail(raw: RawProfile): boolean {
  return raw.email_verified === true;
}

/** The e-mail stands for a person only where it is theirs: another could write the same one into a profile later. */
function subjectOf(raw: RawProfile): unknown {
  const subject = raw.id ?? (provesEmail(raw) ? raw.email : undefined);
  if (subject === undefined) throw new ProviderFault("neither_id_nor_email_verified");
  return subject;
}

async function ask(
  authCallback: AuthCallback,
  tokens: Record<string, unknown>,
  providers: Record<string, OAuthProvider>,
): Promise<RawProfile> {
  const accessToken = String(tokens.access_token);
  return authCallback({
    accessToken,
    providers,
    query: { access_token: accessToken },
    grantResponse: tokens,
    purest: undefined,
  });
}

/** "example-provider-name" for people: "Example Provider Name". */
function titleOf(id: string): string {
  const words = id.split(/[-_]+/).filter(Boolean);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(" ");
}
