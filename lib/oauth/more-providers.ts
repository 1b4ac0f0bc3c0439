import Auth0 from "@auth/core/providers/auth0";
import Cognito from "@auth/core/providers/cognito";
import Facebook from "@auth/core/providers/facebook";
import Keycloak from "@auth/core/providers/keycloak";
import LinkedIn from "@auth/core/providers/linkedin";
import Reddit from "@auth/core/providers/reddit";
import Twitch from "@auth/core/providers/twitch";
import Twitter from "@auth/core/providers/twitter";
import { z } from "zod";
import { env, type ProviderKeys } from "@/lib/env";
import type { ProviderConfig, RawProfile } from "./provider";
import type { ProviderRecipe } from "./providers";
import { asText, subjectOf } from "./raw-profile";
import { ProviderFault } from "./transport";

// The other providers that Strapi has built in. Where Auth.js's descriptions make requests that bypass our limits, ours replace
// them.

/**
 * The provider does not say that an address is proved, or names none, so a sign-in by it makes no new user. People link it in
 * /account/security first.
 */
const provesEmail = () => false;

export const MORE_PROVIDERS: ProviderRecipe[] = [
  { id: "auth0", name: "Auth0", create: Auth0 },
  { id: "cas", name: "CAS", create: openId },
  { id: "cognito", name: "Cognito", create: Cognito },
  { id: "facebook", name: "Facebook", create: facebook, provesEmail },
  { id: "instagram", name: "Instagram", create: instagram, provesEmail },
  { id: "keycloak", name: "Keycloak", create: Keycloak },
  { id: "linkedin", name: "LinkedIn", create: LinkedIn },
  { id: "patreon", name: "Patreon", create: patreon, provesEmail: (raw) => raw.is_email_verified === true },
  { id: "reddit", name: "Reddit", create: reddit, provesEmail },
  { id: "twitch", name: "Twitch", create: twitch },
  { id: "twitter", name: "X", create: Twitter, provesEmail },
  { id: "vk", name: "VK", create: vk, provesEmail },
];

/** Any issuer that publishes its configuration. Most put name and email into userinfo only, so that is asked. */
export function openId(keys: ProviderKeys): ProviderConfig {
  return { ...keys, id: "oidc", name: "OpenID", type: "oidc", idToken: false };
}

const GRAPH = "https://graph.facebook.com/me?fields=id,name,email,picture";
const FacebookPicture = z.object({ picture: z.object({ data: z.object({ url: z.string() }) }) });

function facebook(keys: ProviderKeys, http: typeof fetch): ProviderConfig {
  const profile = (raw: RawProfile) => {
    const image = FacebookPicture.safeParse(raw).data?.picture.data.url;
    return { id: subjectOf(raw.id), name: asText(raw.name), email: asText(raw.email), image };
  };
  return { ...Facebook(keys), userinfo: asked(http, GRAPH), profile };
}

/** Instagram API with Instagram Login: its people have professional accounts. */
function instagram(keys: ProviderKeys, http: typeof fetch): ProviderConfig {
  return {
    ...plain("instagram", keys),
    authorization: "https://www.instagram.com/oauth/authorize?scope=instagram_business_basic",
    token: withType("https://api.instagram.com/oauth/access_token"),
    userinfo: asked(http, "https://graph.instagram.com/me?fields=user_id,username,name,profile_picture_url"),
    profile: (raw: RawProfile) => ({
      id: subjectOf(raw.user_id ?? raw.id),
      name: asText(raw.name),
      image: asText(raw.profile_picture_url),
    }),
  };
}

const PatreonUser = z.object({
  data: z.looseObject({ id: z.string(), attributes: z.record(z.string(), z.unknown()) }),
});
const PATREON = "https://www.patreon.com/api/oauth2";

function patreon(keys: ProviderKeys, http: typeof fetch): ProviderConfig {
  const fields = "fields%5Buser%5D=full_name,email,is_email_verified,image_url,vanity";
  return {
    ...plain("patreon", keys),
    authorization: "https://www.patreon.com/oauth2/authorize?scope=identity%20identity%5Bemail%5D",
    token: `${PATREON}/token`,
    userinfo: asked(http, `${PATREON}/v2/identity?${fields}`, (answer) => {
      const { data } = PatreonUser.parse(answer);
      return { ...data.attributes, id: data.id };
    }),
    profile: ({ id, full_name, email, image_url }: RawProfile) => ({
      id: subjectOf(id),
      name: asText(full_name),
      email: asText(email),
      image: asText(image_url),
    }),
  };
}

/** It refuses requests without a user agent. */
function reddit(keys: ProviderKeys, http: typeof fetch): ProviderConfig {
  const headers = { "user-agent": env().APP_URL };
  return { ...Reddit(keys), userinfo: asked(http, "https://oauth.reddit.com/api/v1/me", undefined, headers) };
}

/** Auth.js's description leaves out the claim that says whether the address is proved. */
function twitch(keys: ProviderKeys): ProviderConfig {
  const claims = { email: null, email_verified: null, picture: null, preferred_username: null };
  const params = { scope: "openid user:read:email", claims: { id_token: claims } };
  return { ...Twitch(keys), authorization: { params } } as ProviderConfig;
}

const VkAnswer = z.object({ response: z.tuple([z.looseObject({ id: z.number() })]) });
const VK_VERSION = "v=5.131";

function vk(keys: ProviderKeys, http: typeof fetch): ProviderConfig {
  return {
    ...plain("vk", keys),
    authorization: `https://oauth.vk.com/authorize?scope=email&${VK_VERSION}`,
    token: withType(`https://oauth.vk.com/access_token?${VK_VERSION}`),
    userinfo: asked(http, `https://api.vk.com/method/users.get?fields=photo_100&${VK_VERSION}`, (answer, tokens) => ({
      ...VkAnswer.parse(answer).response[0],
      email: tokens.email,
    })),
    profile: ({ id, first_name, last_name, email, photo_100 }: RawProfile) => ({
      id: subjectOf(id),
      name: [first_name, last_name].filter(Boolean).join(" "),
      email: asText(email),
      image: asText(photo_100),
    }),
  };
}

function plain(id: string, keys: ProviderKeys) {
  const client = { token_endpoint_auth_method: "client_secret_post" };
  return { ...keys, id, name: id, type: "oauth", client } as const;
}

type Tokens = { access_token?: string } & Record<string, unknown>;

/** Who the person is, asked with their token over our own transport. `pick` takes them out of the answer. */
function asked(
  http: typeof fetch,
  url: string,
  pick: (answer: RawProfile, tokens: Tokens) => RawProfile = (answer) => answer,
  headers: Record<string, string> = {},
) {
  return {
    url,
    async request({ tokens }: { tokens: Tokens }): Promise<RawProfile> {
      const answer = await http(url, { headers: { ...headers, authorization: `Bearer ${tokens.access_token}` } });
      if (!answer.ok) throw new ProviderFault(`status_${answer.status}`);
      return pick((await answer.json()) as RawProfile, tokens);
    },
  };
}

/** A token endpoint that leaves out what its tokens are (RFC 6749, 5.1), as Auth.js would refuse. */
function withType(url: string) {
  return {
    url,
    async conform(answer: Response): Promise<Response | undefined> {
      if (!answer.ok) return undefined;
      return Response.json({ token_type: "bearer", ...((await answer.json()) as object) });
    },
  };
}
