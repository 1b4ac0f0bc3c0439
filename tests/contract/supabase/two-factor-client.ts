import type { GoTrueClient } from "@supabase/auth-js";
import type { ApiServer } from "@/tests/support/api-server";
import { stepsPass, totpCode } from "@/tests/support/factors";
import { verifiedUser } from "@/tests/support/people";
import { signIn } from "./supabase-client";

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
