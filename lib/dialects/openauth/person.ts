import { decodeJwt } from "jose";
import { z } from "zod";
import { github } from "@/lib/oauth/github";
import { verifyIdToken } from "@/lib/oauth/id-token";
import { toProfile } from "@/lib/oauth/profile";
import { fromClaims } from "@/lib/oauth/protocol";
import type { Profile, RawProfile } from "@/lib/oauth/provider";
import { PROVIDERS } from "@/lib/oauth/providers";
import { isVerified } from "@/lib/oauth/raw-profile";
import { createTransport, ProviderFault } from "@/lib/oauth/transport";

/** The person who signed in at a provider, as `success` names them. */
export type Person = {
  /** The provider's id of the person, which never changes. */
  id: string;
  email?: string | null;
  /** True if the provider vouches that the mailbox is this person's. Without that no new user can sign in. */
  emailVerified?: boolean;
  name?: string | null;
  image?: string | null;
};

const TIMEOUT_MS = 9_000;
const GOOGLE = ["https://accounts.google.com", "accounts.google.com"];
/** The package's provider types whose ids are the same for all apps: an account linked here is linked on our pages too. */
const FOR_ALL_APPS = ["google", "github"];
/** The package's types that answer an id_token, and the ids of our own providers of that kind. */
const OPENID: Record<string, string> = {
  google: "google",
  apple: "apple",
  microsoft: "microsoft-entra-id",
  cognito: "cognito",
  keycloak: "keycloak",
  oidc: "oidc",
  oauth2: "oidc",
};

/** The package's providers pass on the claims of an id_token, or the answer of a token endpoint. */
const Claims = z.looseObject({ sub: z.string() });
const Tokens = z.object({ access: z.string(), raw: z.looseObject({ id_token: z.string().optional() }) });

/** Whether a provider of this type names the person, so that `success` need not. */
export function tellsPerson(type: string): boolean {
  return type === "github" || Object.hasOwn(OPENID, type);
}

/**
 * The profile of the person who signed in at a provider of the package: the `person` that `success` named, else from the
 * provider's answer.
 * @param value the provider's answer, as the package passes it on.
 * @throws {ProviderFault} if neither names the person.
 */
export async function profileOf(
  { name, type }: { name: string; type: string },
  value: Record<string, unknown>,
  person?: Person,
): Promise<Profile> {
  if (person) {
    const provesEmail = () => person.emailVerified === true;
    return toProfile({ id: accountsOf(name), provesEmail }, person, {});
  }
  if (type === "github") return askGitHub(Tokens.parse(value.tokenset).access);
  const kind = OPENID[type];
  if (kind === undefined) throw new ProviderFault("no_person");
  const claims = value.id === undefined ? await askOpenId(value) : Claims.parse(value.id);
  if (type === "google" && !GOOGLE.includes(String(claims.iss))) throw new ProviderFault("issuer_not_google");
  const { provesEmail = isVerified } = PROVIDERS.find(({ id }) => id === kind) ?? {};
  const id = FOR_ALL_APPS.includes(type) ? type : accountsOf(name);
  return toProfile({ id, provesEmail }, fromClaims(claims), claims);
}

/** The name that a provider's accounts are stored under, because two providers may give two people the same id. */
function accountsOf(name: string): string {
  return `openauth:${name}`;
}

/**
 * The claims of an OpenID provider about the person of these tokens: from the id_token, verified with its issuer's keys, and from
 * userinfo, where most providers have the email. The id_token may name its issuer, because it comes from the configured token
 * endpoint.
 */
async function askOpenId({ tokenset, clientID }: Record<string, unknown>): Promise<RawProfile> {
  const { access, raw } = Tokens.parse(tokenset);
  if (!raw.id_token) throw new ProviderFault("no_person");
  const transport = createTransport(AbortSignal.timeout(TIMEOUT_MS), undefined);
  const { iss: issuer } = decodeJwt(raw.id_token);
  const claims = await verifyIdToken(raw.id_token, { clientId: String(clientID), issuer }, transport);
  const endpoint = transport.metadata()?.userinfo_endpoint;
  if (claims.email !== undefined || endpoint === undefined) return claims;
  const answer = await transport.fetch(endpoint, { headers: { authorization: `Bearer ${access}` } });
  if (!answer.ok) throw new ProviderFault(`status_${answer.status}`);
  const said = Claims.parse(await answer.json());
  if (said.sub !== claims.sub) throw new ProviderFault("userinfo_of_another");
  return { ...said, ...claims };
}

/** The profile from GitHub's API, asked with the access token, because GitHub's token answer names no person. */
async function askGitHub(accessToken: string): Promise<Profile> {
  const { fetch } = createTransport(AbortSignal.timeout(TIMEOUT_MS), undefined);
  const { userinfo, profile } = github({ clientId: "", clientSecret: "" }, fetch);
  const { request } = Object(userinfo);
  const raw: RawProfile = await request({ tokens: { access_token: accessToken } });
  return toProfile({ id: "github", provesEmail: isVerified }, await profile?.(raw as never, {}), raw);
}
