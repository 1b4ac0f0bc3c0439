import { isAllowedTarget } from "@/lib/oauth/redirects";

/** An app that may send people here to sign in. */
export type OpenAuthClient = {
  /** The addresses it may have them sent back to, to the letter; "listed": those of API_REDIRECT_URLS, and our own. */
  redirectUris: "listed" | readonly string[];
  /** Whether it must prove with PKCE that it is the one who began. Only an app that runs on a server of its own may not. */
  pkce: "required" | "optional";
};

/** The apps by their `clientID`. */
const CLIENTS: Record<string, OpenAuthClient> = {
  web: { redirectUris: "listed", pkce: "required" },
};

/** The app with this id, if it may have people sent back to this address; else null. */
export function findClient(clientId: string, redirectUri: string): OpenAuthClient | null {
  const client = Object.hasOwn(CLIENTS, clientId) ? CLIENTS[clientId] : undefined;
  if (!client) return null;
  const { redirectUris } = client;
  const fits = redirectUris === "listed" ? isAllowedTarget(redirectUri) : redirectUris.includes(redirectUri);
  return fits ? client : null;
}
