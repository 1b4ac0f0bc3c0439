import { type Proof, proofsOf } from "@/lib/auth/model/factors";
import { env } from "@/lib/env";
import type { Session } from "@/prisma/client/client";

/** The issuer of Supabase's access tokens: the address of this dialect. */
export const issuer = () => `${env().APP_URL}/auth/v1`;
/** The audience of Supabase's access tokens, which its clients and database rules compare to the letter. */
export const AUDIENCE = "authenticated";
/**
 * The audience of tokens of a session that owes a factor: only the routes here that prove the factor accept them. A verifier that
 * knows only the token refuses them, because it must compare `aud` or `role`.
 */
export const OWING_AUDIENCE = "factor_owed";
/** The role that Supabase's database rules give to requests without a person. */
export const OWING_ROLE = "anon";

/** Supabase's names of the proofs. */
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
 * The assurance level of a session, `aal2` once two factors were proved in it, and in `amr` each proof, the newest first. A
 * session does not keep the time of every proof: `timestamp`, in seconds since 1970, is the time of its beginning for the first
 * of several proofs, and the time of its last proof for the others.
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
