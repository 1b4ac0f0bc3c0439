import { env } from "@/lib/env";

/** What `createClient` compares with the tokens' `iss`, to the letter. */
export const issuerUrl = () => `${env().APP_URL}/openauth`;

/** Marks the sessions that speak for an app: only that app can refresh them. */
export const actorTypeOf = (clientId: string) => `openauth:${clientId}`;

/** Where a provider begins. Passwords have screens of their own, which people also open by themselves. */
export function pathOf(provider: string): string {
  return provider === "password" ? "/password/authorize" : `/openauth/${provider}/authorize`;
}
