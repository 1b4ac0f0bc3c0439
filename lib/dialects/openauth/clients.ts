import { env } from "@/lib/env";

/** An app that may send people here to sign in. */
export type OpenAuthClient = {
  /** What people know it by: the sign-in page says that it leads there. */
  name: string;
  /** The addresses it may have them sent back to, query and all to the letter; "listed": those of API_REDIRECT_URLS. */
  redirectUris: "listed" | readonly string[];
  /** Whether it must prove with PKCE that it is the one who began. Only an app that runs on a server of its own may not. */
  pkce: "required" | "optional";
};

/** The apps by their `clientID`. */
const CLIENTS: Record<string, OpenAuthClient> = {
  web: { name: "the web app", redirectUris: "listed", pkce: "required" },
};

/** The app with this id, or null. */
export function findClient(clientId: string): OpenAuthClient | null {
  return (Object.hasOwn(CLIENTS, clientId) && CLIENTS[clientId]) || null;
}

/** The ids of all apps, which are the audiences of their tokens. */
export function clientIds(): string[] {
  return Object.keys(CLIENTS);
}

/** Whether the app may have people sent back to this address, compared as RFC 9700 (4.1.3) has it: as text. */
export function isRedirectUriOf({ redirectUris }: OpenAuthClient, redirectUri: string): boolean {
  const allowed = redirectUris === "listed" ? env().API_REDIRECT_URLS : redirectUris;
  return allowed.includes(redirectUri) && URL.canParse(redirectUri);
}
