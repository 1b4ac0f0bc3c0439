import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { hashPassword } from "@/lib/auth/model/password-hash";
import { passwordProblem } from "@/lib/auth/model/password-policy";
import { type Client, sourceOf } from "@/lib/auth/model/principal";
import { type ProofLinks, sendProof } from "@/lib/auth/steps/send-verification";
import { consume, LIMITS, mayMail } from "@/lib/auth/store/rate-limits";
import { createSession, type NewSession, type SessionOptions } from "@/lib/auth/store/sessions";
import { createUser, findUserByEmail, findUsersByLogin, reserveSeq } from "@/lib/auth/store/users";
import { issueVerification, type Registration, reviseRegistration } from "@/lib/auth/store/verifications";
import { env } from "@/lib/env";
import { hashedAddress, logEvent } from "@/lib/log";
import { sendAddressInUse } from "@/lib/mail/messages";
import type { User } from "@/prisma/client/client";

export type RegisterLinks = ProofLinks & { login(): string; forgotPassword(): string };

export type RegisterInput = {
  email: string;
  password: string;
  name?: string | null;
  /** Another way to say who one is, unique. */
  username?: string;
  userMetadata?: Registration["userMetadata"];
  to?: string;
  /** The registration this browser waits for already, if any. */
  pendingId?: string | null;
  /** For where no proof is asked for. */
  session?: SessionOptions;
  /** Asks for the proof in any case. */
  mustProve?: boolean;
  /** Says at once that the address or the username is taken: some contracts want that more than to hide who has an account. */
  tellTaken?: boolean;
  /** Says at once by what number the user will be known. */
  tellSeq?: boolean;
};

/** An attempt that waits for its proof, or, where no proof is asked for, a user with a session. */
export type RegisterOutcome =
  | { status: "pending"; verificationId: string; seq?: number }
  | { status: "signed-in"; user: User; session: NewSession };

/**
 * Starts a registration. Each attempt stands alone with its own name and password: whoever proves the mailbox with an
 * attempt's code or link gets that attempt's password, so registering somebody else's address gains nothing.
 * A taken address gets the same answer after the same work; its owner is told by mail.
 * @returns `signup_disabled`, `invalid_input`, `too_many_attempts`, and `user_exists` only where no proof is asked for
 * or `tellTaken` is set.
 */
export async function register(
  input: RegisterInput,
  client: Client,
  links: RegisterLinks,
): Promise<Result<RegisterOutcome>> {
  const { email, password, name, username, userMetadata } = input;
  if (!env().AUTH_ALLOW_SIGNUP) return fail("signup_disabled");
  const problem = passwordProblem(password, [email, name, username]);
  if (problem) return fail("invalid_input", { fields: { password: problem } });
  const allowed = await consume(LIMITS.registerPerSource, sourceOf(client));
  if (!allowed.ok) return allowed;
  if (input.tellTaken && (await isTaken(input))) return USER_EXISTS;

  const passwordHash = await hashPassword(password);
  logEvent("register.started", { email: hashedAddress(email), ip: client.ip, userAgent: client.userAgent });
  if (!env().AUTH_REQUIRE_EMAIL_VERIFICATION && !input.mustProve) return createAtOnce(input, passwordHash, client);

  const owner = await findUserByEmail(email);
  const taken = Boolean(owner?.emailVerified);
  const seq = input.tellSeq ? (owner?.seq ?? (await reserveSeq())) : undefined;
  const payload = { name: name ?? null, username, seq, passwordHash, to: input.to ?? null, taken, userMetadata };
  const mailAllowed = await mayMail(email);
  const { pendingId } = input;
  // The same browser again, and its mail went out a moment ago: the code in it must go on working.
  if (pendingId && !mailAllowed && (await reviseRegistration(pendingId, email, payload)))
    return ok({ status: "pending", verificationId: pendingId, seq });

  const issued = await issueVerification({ purpose: "register", email, payload });
  if (!owner?.emailVerified) {
    if (mailAllowed) sendProof(email, issued, links);
  } else if ((await consume(LIMITS.noticePerHour, email)).ok && mailAllowed) {
    sendAddressInUse(email, { loginUrl: links.login(), forgotUrl: links.forgotPassword() });
  }
  return ok({ status: "pending", verificationId: issued.id, seq });
}

const USER_EXISTS = fail("user_exists", { fields: { email: "User already exists" } });

/** Who never proved this very address does not count, where that is asked for: whoever proves it takes it over. */
async function isTaken({ email, username }: RegisterInput): Promise<boolean> {
  const { AUTH_REQUIRE_EMAIL_VERIFICATION } = env();
  const users = await findUsersByLogin(username ? [email, username] : [email]);
  return users.some((user) => user.email !== email || user.emailVerified || !AUTH_REQUIRE_EMAIL_VERIFICATION);
}

async function createAtOnce(
  { email, name, username, userMetadata, session: options }: RegisterInput,
  passwordHash: string,
  client: Client,
): Promise<Result<RegisterOutcome>> {
  const created = await createUser({ email, name, username, userMetadata, emailVerified: null, passwordHash });
  if (!created.ok) return USER_EXISTS;
  const session = await createSession({ ...options, userId: created.value.id, client });
  logEvent("register.completed", { userId: created.value.id });
  return ok({ status: "signed-in", user: created.value, session });
}
