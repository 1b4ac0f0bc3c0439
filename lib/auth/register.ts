import { env } from "@/lib/env";
import { hashedAddress, logEvent } from "@/lib/log";
import { sendAddressInUse, sendConfirmEmail } from "@/lib/mail";
import type { User } from "@/prisma/client/client";
import { fail, ok, type Result } from "./errors";
import { hashPassword } from "./password-hash";
import { passwordProblem } from "./password-policy";
import { type Client, sourceOf } from "./principal";
import { consume, LIMITS, mayMail } from "./rate-limit";
import { createSession, type NewSession, type SessionOptions } from "./sessions";
import { createUser, findUserByEmail } from "./users";
import { issueVerification, type Registration, reviseRegistration } from "./verifications";

export type RegisterLinks = { verifyEmail(token: string): string; login(): string; forgotPassword(): string };

export type RegisterInput = {
  email: string;
  password: string;
  name?: string | null;
  userMetadata?: Registration["userMetadata"];
  to?: string;
  /** The registration this browser waits for already, if any. */
  pendingId?: string | null;
  /** For where no proof is asked for. */
  session?: SessionOptions;
};

/** An attempt that waits for its proof, or, where no proof is asked for, a user with a session. */
export type RegisterOutcome =
  | { status: "pending"; verificationId: string }
  | { status: "signed-in"; user: User; session: NewSession };

/**
 * Starts a registration. Each attempt stands alone with its own name and password: whoever proves the mailbox with an
 * attempt's code or link gets that attempt's password, so registering somebody else's address gains nothing.
 * A taken address gets the same answer after the same work; its owner is told by mail.
 * @returns `signup_disabled`, `invalid_input`, `too_many_attempts`, and `user_exists` only where no proof is asked for.
 */
export async function register(
  input: RegisterInput,
  client: Client,
  links: RegisterLinks,
): Promise<Result<RegisterOutcome>> {
  const { email, password, name, userMetadata } = input;
  if (!env().AUTH_ALLOW_SIGNUP) return fail("signup_disabled");
  const problem = passwordProblem(password, [email, name]);
  if (problem) return fail("invalid_input", { fields: { password: problem } });
  const allowed = await consume(LIMITS.registerPerSource, sourceOf(client));
  if (!allowed.ok) return allowed;

  const passwordHash = await hashPassword(password);
  logEvent("register.started", { email: hashedAddress(email), ip: client.ip, userAgent: client.userAgent });
  if (!env().AUTH_REQUIRE_EMAIL_VERIFICATION) return createAtOnce(input, passwordHash, client);

  const owner = await findUserByEmail(email);
  const taken = Boolean(owner?.emailVerified);
  const payload = { name: name ?? null, passwordHash, to: input.to ?? null, taken, userMetadata };
  const mailAllowed = await mayMail(email);
  const { pendingId } = input;
  // The same browser again, and its mail went out a moment ago: the code in it must go on working.
  if (pendingId && !mailAllowed && (await reviseRegistration(pendingId, email, payload)))
    return ok({ status: "pending", verificationId: pendingId });

  const { id, token, code } = await issueVerification({ purpose: "register", email, payload });
  if (!owner?.emailVerified) {
    if (mailAllowed) sendConfirmEmail(email, { code, url: links.verifyEmail(token) });
  } else if ((await consume(LIMITS.noticePerHour, email)).ok && mailAllowed) {
    sendAddressInUse(email, { loginUrl: links.login(), forgotUrl: links.forgotPassword() });
  }
  return ok({ status: "pending", verificationId: id });
}

async function createAtOnce(
  { email, name, userMetadata, session: options }: RegisterInput,
  passwordHash: string,
  client: Client,
): Promise<Result<RegisterOutcome>> {
  const created = await createUser({ email, name, userMetadata, emailVerified: null, passwordHash });
  if (!created.ok) return fail("user_exists", { fields: { email: "User already exists" } });
  const session = await createSession({ ...options, userId: created.value.id, client });
  logEvent("register.completed", { userId: created.value.id });
  return ok({ status: "signed-in", user: created.value, session });
}
