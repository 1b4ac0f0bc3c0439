import { randomUUID } from "node:crypto";
import { GoTrueClient } from "@supabase/auth-js";
import { decodeJwt, type JWTPayload } from "jose";
import type { ApiServer } from "@/tests/support/api-server";
import { newIp } from "@/tests/support/http-client";
import { PASSWORD } from "@/tests/support/people";

/** The unmodified client, with its own storage and IP address. */
export function newClient({ url }: ApiServer, headers: Record<string, string> = {}): GoTrueClient {
  return new GoTrueClient({
    url: `${url}/auth/v1`,
    headers: { "x-forwarded-for": newIp(), ...headers },
    storageKey: randomUUID(),
    autoRefreshToken: false,
    persistSession: false,
    experimental: { recoveryCodes: true },
  });
}

/** A client that has just signed in with the password of all tests. */
export async function signIn(server: ApiServer, email: string): Promise<GoTrueClient> {
  const auth = newClient(server);
  const { error } = await auth.signInWithPassword({ email, password: PASSWORD });
  if (error) throw error;
  return auth;
}

/** The client's present access token. */
export async function accessToken(auth: GoTrueClient): Promise<string> {
  return (await auth.getSession()).data.session?.access_token ?? "";
}

export async function claimsOf(auth: GoTrueClient): Promise<JWTPayload> {
  return decodeJwt(await accessToken(auth));
}
