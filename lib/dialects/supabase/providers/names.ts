/** Supabase's names of providers that have another name here. */
const ALIASES: [theirs: string, ours: string][] = [["azure", "microsoft-entra-id"]];
/** Supabase's own list, which `GET /settings` answers in full. */
const KNOWN = [
  ...["apple", "azure", "bitbucket", "discord", "facebook", "figma", "fly", "github", "gitlab", "google", "kakao"],
  ...["keycloak", "linkedin", "linkedin_oidc", "notion", "slack", "slack_oidc", "snapchat", "spotify", "twitch"],
  ...["twitter", "workos", "zoom"],
];

/** Our id of a provider that a client names by Supabase's name, by ours, or as a custom one: "custom:oidc". */
export function idOf(given: string): string {
  const name = given.toLowerCase().replace(/^custom:/, "");
  return ALIASES.find(([theirs]) => theirs === name)?.[1] ?? name;
}

/** Supabase's name of a provider of ours. */
export function nameOf(id: string): string {
  return ALIASES.find(([, ours]) => ours === id)?.[0] ?? id;
}

/** Whether each provider is on: those of Supabase's list, and ours that are not in it. */
export function providerFlags(on: { id: string }[]): Record<string, boolean> {
  const names = on.map(({ id }) => nameOf(id));
  return Object.fromEntries([...KNOWN, ...names].map((name) => [name, names.includes(name)]));
}
