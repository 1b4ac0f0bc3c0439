import Apple from "@auth/core/providers/apple";
import Discord from "@auth/core/providers/discord";
import GitLab from "@auth/core/providers/gitlab";
import Google from "@auth/core/providers/google";
import MicrosoftEntraId from "@auth/core/providers/microsoft-entra-id";
import type { ProviderKeys } from "@/lib/env";
import { github } from "./github";
import { MORE_PROVIDERS, openId } from "./more-providers";
import type { OAuthProvider, ProviderConfig, RawProfile } from "./provider";
import { asText, subjectOf } from "./raw-profile";

/** A provider before it has keys. */
export type ProviderRecipe = {
  id: string;
  name: string;
  create(keys: ProviderKeys, http: typeof fetch): ProviderConfig;
  /** When the email counts as proved; OpenID's own claim, if not said otherwise. */
  provesEmail?: OAuthProvider["provesEmail"];
  mendMetadata?: OAuthProvider["mendMetadata"];
  pictureHosts?: OAuthProvider["pictureHosts"];
  developmentOnly?: boolean;
};

/**
 * The providers that keys switch on (AUTH_<ID>_ID, AUTH_<ID>_SECRET), in the order of their buttons. Any other of
 * Auth.js's is one line: import it, and say when its email counts as proved unless that is `email_verified`.
 */
export const PROVIDERS: ProviderRecipe[] = [
  { id: "google", name: "Google", create: Google, pictureHosts: ["lh3.googleusercontent.com"] },
  { id: "github", name: "GitHub", create: github, pictureHosts: ["avatars.githubusercontent.com"] },
  {
    id: "microsoft-entra-id",
    name: "Microsoft",
    create: microsoft,
    provesEmail: isMicrosoftsWord,
    mendMetadata: (metadata, url) => ({
      ...metadata,
      issuer: metadata.issuer.replace("{tenantid}", url.pathname.split("/")[1] ?? "common"),
    }),
  },
  { id: "apple", name: "Apple", create: apple, provesEmail: (raw) => String(raw.email_verified) === "true" },
  { id: "discord", name: "Discord", create: Discord, provesEmail: (raw) => raw.verified === true },
  { id: "gitlab", name: "GitLab", create: GitLab, provesEmail: (raw) => typeof raw.confirmed_at === "string" },
  ...MORE_PROVIDERS,
  { id: "oidc", name: "OpenID", create: openId },
  { id: "demo", name: "Demo", create: openId, developmentOnly: true },
];

/** Auth.js would fetch the photo past our limits and put its bytes into the address. */
function microsoft(keys: ProviderKeys): ProviderConfig {
  const profile = (raw: RawProfile) => ({ id: subjectOf(raw.sub), name: asText(raw.name), email: asText(raw.email) });
  return { ...MicrosoftEntraId(keys), profile };
}

const PERSONAL_ACCOUNTS_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad";

/**
 * An administrator of any tenant can write any address into a profile. Microsoft vouches for it when the tenant owns the
 * domain (the optional claim `xms_edov`, to be switched on for the app) and for its own personal accounts.
 */
function isMicrosoftsWord(raw: RawProfile): boolean {
  return ["true", "1"].includes(String(raw.xms_edov)) || raw.tid === PERSONAL_ACCOUNTS_TENANT;
}

/** Apple tells the name at the first sign-in only, beside the id_token. Without one Auth.js would take the email. */
function apple(keys: ProviderKeys): ProviderConfig {
  const profile = (raw: RawProfile) => ({
    id: subjectOf(raw.sub),
    name: appleName(raw.user),
    email: asText(raw.email),
  });
  return { ...Apple(keys), profile };
}

function appleName(user: unknown): string | null {
  const { firstName, lastName } = Object(Object(user).name);
  return [firstName, lastName].filter((part) => typeof part === "string").join(" ") || null;
}
