import { env } from "@/lib/env";

/** The `iss` of the tokens, which `createClient` compares to the letter. */
export const issuerUrl = () => `${env().APP_URL}/openauth`;

/** The actor type of an app's sessions, so that only that app can refresh them. */
export const actorTypeOf = (clientId: string) => `openauth:${clientId}`;

/** The path where a provider's sign-in begins. People also open the password screens without an app, so these are elsewhere. */
export function pathOf(provider: string): string {
  return provider === "password" ? "/password/authorize" : `/openauth/${provider}/authorize`;
}
