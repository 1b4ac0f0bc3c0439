import { oauthEnv } from "@/lib/env";
import { type Grant, readGrantConfig } from "./grant-config";
import type { AuthCallback, GetProfile, GrantConfig, OAuthProvider, ProviderConfig, RawProfile } from "./provider";
import { findPurest } from "./purest";
import { isVerified } from "./raw-profile";
import { ProviderFault } from "./transport";

/** What `registry.add` takes. `authCallback` finds out who the person is; in Strapi's older guide it is `getProfile`. */
export type CustomProvider = { icon: string; enabled: boolean; grantConfig: GrantConfig } & (
  | { authCallback: AuthCallback }
  | { getProfile: GetProfile }
);

const ID = /^[a-z0-9][a-z0-9_-]{0,63}$/i;

/**
 * A provider described at run time: plain OAuth 2, and a function that finds out who the person is.
 * AUTH_<ID>_ID and AUTH_<ID>_SECRET win over `key` and `secret`.
 * @throws {TypeError} when the name cannot be part of an address, or for an option that this project does not support.
 */
export function customProvider(
  id: string,
  custom: CustomProvider,
  providers: () => Record<string, OAuthProvider>,
): OAuthProvider {
  if (!ID.test(id)) throw new TypeError(`"${id}" cannot be a provider's name: use letters, digits, - and _`);
  const grant = readGrantConfig(id, custom.grantConfig);
  const authCallback = "authCallback" in custom ? custom.authCallback : byGetProfile(id, custom.getProfile);
  return {
    id,
    icon: custom.icon,
    enabled: custom.enabled,
    grantConfig: custom.grantConfig,
    authCallback,
    name: oauthEnv(id)?.name ?? titleOf(id),
    config: () => configOf(id, grant, authCallback, providers),
    provesEmail: isVerified,
  };
}

function configOf(
  id: string,
  { key, secret, authorizeUrl, accessUrl, parameters, authMethod, pkce }: Grant,
  authCallback: AuthCallback,
  providers: () => Record<string, OAuthProvider>,
): ProviderConfig {
  const keys = oauthEnv(id);
  return {
    id,
    name: id,
    type: "oauth",
    // The guide's example has none yet, and Auth.js refuses an empty one.
    clientId: keys?.clientId ?? (key || id),
    clientSecret: keys?.clientSecret ?? (secret || id),
    client: { token_endpoint_auth_method: authMethod },
    checks: pkce ? ["pkce", "state"] : ["state"],
    authorization: { url: authorizeUrl, params: parameters },
    token: accessUrl,
    userinfo: {
      url: "https://none.invalid",
      request: ({ tokens }: { tokens: Record<string, unknown> }) => ask(authCallback, tokens, providers()),
    },
    profile: (raw: RawProfile) => ({
      id: idOf(raw) as string,
      name: (raw.name ?? raw.username) as string,
      email: raw.email as string,
      image: (raw.image ?? raw.avatar ?? raw.picture) as string,
    }),
  };
}

/** Only a proved email can identify a person: another could write the same one into a profile later. */
function idOf(raw: RawProfile): unknown {
  const subject = raw.id ?? (isVerified(raw) ? raw.email : undefined);
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
    query: { ...tokens, access_token: accessToken, raw: tokens },
    grantResponse: tokens,
    purest: findPurest(),
  });
}

/** A function in the older shape calls back, once, with what went wrong or who the person is. */
function byGetProfile(id: string, getProfile: GetProfile): AuthCallback {
  return ({ query }) =>
    new Promise((resolve, reject) => {
      const callback = (error: unknown, profile?: RawProfile) =>
        error || !profile ? reject(error ?? new ProviderFault("no_profile")) : resolve(profile);
      Promise.resolve(getProfile(id, query, callback)).catch(reject);
    });
}

/** "example-provider-name" for people: "Example Provider Name". */
function titleOf(id: string): string {
  const words = id.split(/[-_]+/).filter(Boolean);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(" ");
}
