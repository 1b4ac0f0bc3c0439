import { decodeJwt } from "jose";
import { z } from "zod";
import { github } from "@/lib/oauth/github";
import { verifyIdToken } from "@/lib/oauth/id-token";
import { toProfile } from "@/lib/oauth/profile";
import { fromClaims } from "@/lib/oauth/protocol";
import type { Profile, RawProfile } from "@/lib/oauth/provider";
import { PROVIDERS } from "@/lib/oauth/providers";
import { createTransport, ProviderFault } from "@/lib/oauth/transport";

/** Whose sign-in it is at a provider. */
export type Person = {
  /** What never changes about them there. */
  id: string;
  email?: string | null;
  /** True where the provider vouches that the mailbox is this person's: without it no new user can sign in. */
  emailVerified?: boolean;
  name?: string | null;
  image?: string | null;
};

const TIMEOUT_MS = 9_000;
const GOOGLE = ["https://accounts.google.com", "accounts.google.com"];
/** Providers whose people have one id for all apps: what is linked here is linked on our pages too. By the package's type. */
const FOR_ALL_APPS = ["google", "github"];
/** The package's types whose answer is an id_token, and what our own providers of that kind are called. */
const OPENID: Record<string, string> = {
  google: "google",
  apple: "apple",
  microsoft: "microsoft-entra-id",
  cognito: "cognito",
  keycloak: "keycloak",
  oidc: "oidc",
  oauth2: "oidc",
};

/** What the package's providers hand on: an id_token's claims, or the answer of a token endpoint. */
const Claims = z.looseObject({ sub: z.string() });
const Tokens = z.object({ access: z.string(), raw: z.looseObject({ id_token: z.string().optional() }) });

/** Whether the answer of a provider of this type says who a person is, so that `success` need not. */
export function tellsPerson(type: string): boolean {
  return type === "github" || Object.hasOwn(OPENID, type);
}

/**
 * Who a person is at a provider of the package's, as it answered or as `success` says.
 * @param value what the provider handed on.
 * @throws {ProviderFault} where neither says it.
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

/** Under which name its accounts are kept: two providers may call two people the same. */
function accountsOf(name: string): string {
  return `openauth:${name}`;
}

/**
 * What an OpenID provider says of the person whose tokens these are: in the id_token, by the keys of the issuer that it
 * names, and in userinfo, where most keep the e-mail. The token endpoint is the configured one, so that its issuer counts.
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

/** GitHub's answer names no person: it is asked, with the token it gave. */
async function askGitHub(accessToken: string): Promise<Profile> {
  const { fetch } = createTransport(AbortSignal.timeout(TIMEOUT_MS), undefined);
  const { userinfo, profile } = github({ clientId: "", clientSecret: "" }, fetch);
  const { request } = Object(userinfo);
  const raw: RawProfile = await request({ tokens: { access_token: accessToken } });
  return toProfile({ id: "github", provesEmail: isVerified }, await profile?.(raw as never, {}), raw);
}

function isVerified(raw: RawProfile): boolean {
  return raw.email_verified === true;
}
