import { env } from "@/lib/env";

/** An app that may send people here to sign in. */
export type OpenAuthClient = {
  /** Its name for people: the sign-in page names the app that it leads to. */
  name: string;
  /** The addresses that people may be sent back to, exact to the letter, with the query. "listed": those of API_REDIRECT_URLS. */
  redirectUris: "listed" | readonly string[];
  /** Whether it must prove by PKCE that it began the sign-in. "optional" is safe only for an app that runs on its own server. */
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

/** Whether people may be sent back to the app at this address. RFC 9700 (4.1.3) has the two compared as text. */
export function isRedirectUriOf({ redirectUris }: OpenAuthClient, redirectUri: string): boolean {
  const allowed = redirectUris === "listed" ? env().API_REDIRECT_URLS : redirectUris;
  return allowed.includes(redirectUri) && URL.canParse(redirectUri);
}
