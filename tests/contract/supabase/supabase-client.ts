import { randomUUID } from "node:crypto";
import { GoTrueClient } from "@supabase/auth-js";
import { decodeJwt, type JWTPayload } from "jose";
import type { ApiServer } from "@/tests/support/api-server";
import { stepsPass, totpCode } from "@/tests/support/factors";
import { newIp } from "@/tests/support/http-client";
import { PASSWORD, verifiedUser } from "@/tests/support/people";

/** The unmodified client, with a storage and an address of its own. */
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

/** Begins to set up an authenticator app. */
export async function enroll(auth: GoTrueClient, friendlyName?: string) {
  const { data, error } = await auth.mfa.enroll({ factorType: "totp", friendlyName });
  if (error) throw error;
  return { factorId: data.id, secret: data.totp.secret, data };
}

/** A new person with an authenticator, and a client in the session that set it up. */
export async function twoStepPerson(server: ApiServer) {
  const user = await verifiedUser();
  const auth = await signIn(server, user.email);
  const { factorId, secret } = await enroll(auth, "Phone");
  const { error } = await auth.mfa.challengeAndVerify({ factorId, code: totpCode(secret) });
  if (error) throw error;
  await stepsPass(user.id);
  return { user, auth, factorId, secret };
}

/** The access token that a client has now. */
export async function accessToken(auth: GoTrueClient): Promise<string> {
  return (await auth.getSession()).data.session?.access_token ?? "";
}

export async function claimsOf(auth: GoTrueClient): Promise<JWTPayload> {
  return decodeJwt(await accessToken(auth));
}
