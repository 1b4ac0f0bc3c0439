import type { Provider } from "@auth/core/providers";
import { z } from "zod";
import { KEPT_SHAPE } from "@/lib/auth/model/profile";

/** What a provider says of a person, in its own words. Untrusted. */
export type RawProfile = Record<string, unknown>;

/** What a provider says of a person, normalised: safe to show, and to store until an API client comes for it. */
export const StoredProfile = z.object({
  provider: z.string(),
  providerAccountId: z.string(),
  /** Lower-case and trimmed; null when there is none that could be written to. */
  email: z.string().nullable(),
  /** Whether the provider vouches that the mailbox is this person's. */
  emailVerified: z.boolean(),
  /** What it says of the person's fields; what it does not say is left out. */
  fields: z.object(KEPT_SHAPE),
  /** An https address, or null. */
  image: z.string().nullable(),
  username: z.string().nullable(),
});

/** The same with the provider's own words. */
export type Profile = z.infer<typeof StoredProfile> & { raw: RawProfile };

/** Auth.js's description of a provider. */
export type ProviderConfig = Extract<Provider, { type: "oauth" | "oidc" }>;

/** What a provider publishes about itself (OpenID Connect Discovery). */
export type Metadata = { issuer: string; jwks_uri?: string; userinfo_endpoint?: string; [key: string]: unknown };

/** An external source of sign-ins that is on. */
export type OAuthProvider = {
  /** Lower-case letters, digits and dashes; the last part of the callback address. */
  id: string;
  /** For people: "Continue with <name>". */
  name: string;
  icon: string;
  enabled: boolean;
  /** Auth.js's description with our keys in it. Made anew for each use, because Auth.js changes what it is given. */
  config(http: typeof fetch): ProviderConfig;
  /** Whether the provider vouches for the email in this profile. */
  provesEmail(raw: RawProfile): boolean;
  /** Mends what the provider publishes about itself at `url`, where Auth.js would stumble over it. */
  mendMetadata?(metadata: Metadata, url: URL): Metadata;
  /** The hosts of its people's pictures. Pictures are fetched from no other. */
  pictureHosts?: readonly string[];
  /** How the provider was described, if by `registry.add`. */
  grantConfig?: GrantConfig;
  authCallback?: AuthCallback;
};

/** A provider in the words of the package `grant`, which Strapi's registry speaks. `grant-config.ts` reads it. */
export type GrantConfig = {
  key?: string;
  client_id?: string;
  secret?: string;
  client_secret?: string;
  authorize_url: string;
  access_url: string;
  /** Where the browser ends after an API client's sign-in. */
  callback?: string;
  callbackUrl?: string;
  scope?: string | string[];
  scope_delimiter?: string;
  /** Takes the place of [subdomain] in the addresses. */
  subdomain?: string;
  /** What is the provider's own in the authorization address. */
  custom_params?: Record<string, string>;
  pkce?: boolean;
  oauth?: number;
  token_endpoint_auth_method?: "client_secret_post" | "client_secret_basic";
};

/**
 * Finds out who the person is. `id` is what never changes about them at the provider. `email_verified: true` says that
 * the provider vouches for `email`; without it no new user can sign in, because any person can claim an address. Only such an
 * address can replace a missing `id`.
 * @example
 * const { id, email, verified } = await (await fetch("https://id.example.com/me", …)).json();
 * return { id, email, email_verified: verified === true, username: email };
 */
export type AuthCallback = (input: {
  accessToken: string;
  /** What the provider answered, as `grant` hands it on: `access_token`, and all of it once more as `raw`. */
  query: Record<string, unknown>;
  providers: Record<string, OAuthProvider>;
  grantResponse: Record<string, unknown>;
  /** The npm package of this name, where the project has it. Strapi 5 has none. */
  purest: unknown;
}) => Promise<RawProfile> | RawProfile;

/** The same in the shape of Strapi's older guide: it calls back with an error, or with null and the person. */
export type GetProfile = (
  provider: string,
  query: Record<string, unknown>,
  callback: (error: unknown, profile?: RawProfile) => void,
) => unknown;
