import { type Proof, proofsOf } from "@/lib/auth/model/factors";
import { env } from "@/lib/env";
import type { Session } from "@/prisma/client/client";

/** Who signs Supabase's access tokens: where this dialect is served. */
export const issuer = () => `${env().APP_URL}/auth/v1`;
/** Who Supabase's access tokens are for, to the letter: its clients and its database rules compare it. */
export const AUDIENCE = "authenticated";
/**
 * Who the tokens of a session that owes a factor are for: the routes here that prove it. Verifiers that look at the
 * token alone, and compare `aud` or `role` as they must, refuse it.
 */
export const OWING_AUDIENCE = "factor_owed";
/** The role that Supabase's database rules give to requests without a person. */
export const OWING_ROLE = "anon";

/** A proof as Supabase names it. */
const METHODS: Record<Proof, string> = {
  password: "password",
  "email-code": "otp",
  "email-link": "magiclink",
  provider: "oauth",
  passkey: "passkey",
  "security-key": "mfa/webauthn",
  totp: "totp",
  "recovery-code": "mfa/recovery_code",
};

/**
 * How sure it is who a session is of: `aal2` once two factors were proved in it, and `amr` with each proof, the newest
 * first. A session keeps the time of its beginning, of its last proof and of its last second factor: `timestamp`, in
 * seconds since 1970, is the one of those that the proof is not older than.
 */
export function assurance(session: Session): { aal: "aal1" | "aal2"; amr: { method: string; timestamp: number }[] } {
  const { createdAt, authenticatedAt, twoFactorAt } = session;
  const proofs = proofsOf(session.proofs);
  const amr = proofs.map((proof, n) => {
    const began = n === 0 && proofs.length > 1;
    return { method: METHODS[proof], timestamp: Math.floor((began ? createdAt : authenticatedAt).getTime() / 1000) };
  });
  return { aal: twoFactorAt ? "aal2" : "aal1", amr: amr.reverse() };
}
