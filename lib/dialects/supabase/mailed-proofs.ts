import { confirmByOpening, confirmCodeAt } from "@/lib/auth/confirm-by-address";
import { signInByCodeAt, signInByLink } from "@/lib/auth/email-code/sign-in-by-mail";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Client } from "@/lib/auth/model/principal";
import * as schemas from "@/lib/auth/model/schemas";
import { recoverByCodeAt, recoverByLink } from "@/lib/auth/recover-by-mail";
import type { BegunSession, SessionOptions } from "@/lib/auth/steps/begin-session";
import { listRegistrations } from "@/lib/auth/store/registrations";
import { findVerificationByToken, isRegistration, listMailedCodes } from "@/lib/auth/store/verifications";
import type { Verification } from "@/prisma/client/client";
import { SESSION } from "./session";

type Proved = Result<BegunSession>;

/**
 * Signs in by a mailed link's token, of the type that the client names: "signup", "magiclink", "recovery", "invite", or "email"
 * for either of the first two.
 * @param input.ownPassword false if a sign-up's password may be a stranger's.
 */
export async function byLink(
  type: string,
  value: unknown,
  client: Client,
  { session, ownPassword }: { session: SessionOptions; ownPassword: boolean },
): Promise<Proved> {
  const token = schemas.token.safeParse(value);
  if (!token.success) return fail("token_invalid");
  const input = { token: token.data, session };
  if (type === "recovery" || type === "invite") return sessionOf(await recoverByLink(input, client));
  const isSignIn = type === "email" && (await findVerificationByToken(token.data))?.purpose === "sign-in";
  if (type === "magiclink" || isSignIn) return sessionOf(await signInByLink(input, client));
  if (type !== "signup" && type !== "email") return fail("token_invalid");
  return sessionOf(await confirmByOpening({ ...input, ownPassword }, client));
}

/** Whether a link of this type still works. Looking spends nothing. */
export function fits(type: string, verification: Verification): boolean {
  const signUp = isRegistration(verification);
  const signIn = verification.purpose === "sign-in";
  if (type === "email") return signUp || signIn;
  if (type === "recovery" || type === "invite") return verification.purpose === "reset";
  if (type === "email_change") return verification.purpose === "change-email";
  return type === "magiclink" ? signIn : type === "signup" && signUp;
}

/**
 * Signs in by six digits and the address that they were mailed to. The type "email" stands for a sign-in or a registration: if
 * both are under way, the code may be of either.
 */
export async function byCode(type: string, address: unknown, token: unknown, client: Client): Promise<Proved> {
  const [email, code] = [schemas.email.safeParse(address), schemas.code.safeParse(token)];
  if (!email.success || !code.success) return fail("code_invalid");
  const input = { email: email.data, code: code.data, session: SESSION };
  const signIn = async () => sessionOf(await signInByCodeAt(input, client));
  const confirm = async () => sessionOf(await confirmCodeAt(input, client));
  if (type === "magiclink") return signIn();
  if (type === "signup") return confirm();
  if (type === "recovery" || type === "invite") return sessionOf(await recoverByCodeAt(input, client));
  if (type !== "email") return fail("code_invalid");
  if ((await listMailedCodes(input.email, "sign-in")).length === 0) return confirm();
  const signedIn = await signIn();
  const other = !signedIn.ok && signedIn.error.code === "code_invalid";
  return other && (await listRegistrations(input.email)).length > 0 ? confirm() : signedIn;
}

/** The session of a result, which exists because the input asked for one. */
function sessionOf(result: Result<{ session: BegunSession | null }>): Proved {
  if (!result.ok) return result;
  return result.value.session ? ok(result.value.session) : fail("token_invalid");
}
