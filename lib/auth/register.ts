import { transact } from "@/lib/db/transact";
import { env } from "@/lib/env";
import { hashedAddress, logEvent } from "@/lib/log";
import { sendMail } from "@/lib/mail/messages";
import type { User } from "@/prisma/client/client";
import { fail, failAt, ok, type Refusal, type Result } from "./model/errors";
import { LIMITS } from "./model/limits";
import { sourceOf } from "./model/network";
import { hashPassword } from "./model/password-hash";
import { passwordProblem } from "./model/password-policy";
import type { Client } from "./model/principal";
import { profileOf } from "./model/profile";
import type { NewProfile } from "./model/registration";
import { addUser } from "./steps/add-user";
import { type BegunSession, beginSession, type SessionOptions } from "./steps/begin-session";
import { countSource } from "./steps/count-source";
import { mayMail } from "./steps/mail-budget";
import { sendVerification, tellVerification, type VerificationLinks } from "./steps/send-verification";
import { consume } from "./store/rate-limits";
import { reviseRegistration } from "./store/registrations";
import { recordEvent } from "./store/security-events";
import { findUserByEmail, findUsersByLogin, isReserved, reserveSeq } from "./store/users";
import { issueVerification } from "./store/verifications";

export type RegisterInput = {
  email: string;
  password: string;
  profile?: NewProfile;
  to?: string;
  /** The registration that this browser waits for, if any. */
  pendingId?: string | null;
  /** Used where no proof of the mailbox is asked for. */
  session?: SessionOptions;
};

/** What a surface decides for itself. */
export type RegisterPolicy = {
  /** "always": asks for a proof of the mailbox also where the site does not. */
  proof: "as-configured" | "always";
  /** "told": says at once that an address or username is taken. The default tells its owner only, by mail. */
  taken: "hidden" | "told";
  /** Answers at once with the number that the user will have. */
  reserveNumber: boolean;
};

const POLICY: RegisterPolicy = { proof: "as-configured", taken: "hidden", reserveNumber: false };

/** A registration that waits for its proof, or, where no proof is asked for, a user with a session. */
export type RegisterOutcome =
  | { status: "pending"; verificationId: string; seq?: number }
  | { status: "signed-in"; user: User; session: BegunSession };

/**
 * Starts a registration. Each attempt stands alone with its own name and password: the one whose code or link is used
 * gives its own password, so registering another person's address gains nothing.
 * A taken address gets the same answer after the same work; its owner is told by mail.
 * @returns `signup_disabled`, `invalid_input`, `too_many_attempts`, and `user_exists` only where no proof is asked for
 * or the policy says that it is told.
 * @example
 * await register({ email: "taken@example.com", password }, client, links) // { ok: true, value: { status: "pending", … } }
 */
export async function register(
  input: RegisterInput,
  client: Client,
  links: VerificationLinks,
  own: Partial<RegisterPolicy> = {},
): Promise<Result<RegisterOutcome>> {
  const { email, password, profile = {} } = input;
  const policy = { ...POLICY, ...own };
  if (!env().AUTH_ALLOW_SIGNUP) return fail("signup_disabled");
  const allowed = await countSource(LIMITS.registerPerSource, client);
  if (!allowed.ok) return allowed;
  const problem = await passwordProblem(password, [email, profile.name, profile.username]);
  if (problem) return fail("invalid_input", { fields: { password: problem } });
  if (policy.taken === "told" && (await isTaken(input))) return discloseTaken(email);
  const passwordHash = await hashPassword(password, client);
  logEvent("register.started", { email: hashedAddress(email), ip: client.ip, userAgent: client.userAgent });
  return env().AUTH_REQUIRE_EMAIL_VERIFICATION || policy.proof === "always"
    ? transact(() => beginRegistration(input, passwordHash, policy, client, links))
    : transact(() => createAtOnce(input, passwordHash, client));
}

const USER_EXISTS = failAt("email", "user_exists");

/** Where proofs are asked for, a user who never proved this address does not count: the mailbox's owner claims it. */
async function isTaken({ email, profile: { username } = {} }: RegisterInput): Promise<boolean> {
  const { AUTH_REQUIRE_EMAIL_VERIFICATION } = env();
  const users = await findUsersByLogin(username ? [email, username] : [email]);
  return users.some((user) => user.email !== email || user.emailVerified || !AUTH_REQUIRE_EMAIL_VERIFICATION);
}

/** Says that the address or the username is taken. The owner of the address hears of it, at most once an hour. */
async function discloseTaken(email: string): Promise<Refusal> {
  await transact(async () => {
    const owner = await findUserByEmail(email);
    const notice = (await consume(LIMITS.noticePerHour, email)).ok;
    await tellOwner(email, owner !== null && notice);
  });
  return USER_EXISTS;
}

/** The same statements for a free address and a taken one; what differs is sealed in the rows. */
async function beginRegistration(
  { email, profile = {}, to, pendingId }: RegisterInput,
  passwordHash: string,
  { reserveNumber }: RegisterPolicy,
  client: Client,
  links: VerificationLinks,
): Promise<Result<RegisterOutcome>> {
  const [owner, reserved] = [await findUserByEmail(email), await isReserved(email)];
  const taken = Boolean(owner?.emailVerified) || reserved;
  const seq = reserveNumber ? (owner?.seq ?? (await reserveSeq())) : undefined;
  const fields = { profile: { ...profile, ...profileOf(profile) }, seq, passwordHash };
  const payload = { ...fields, to: to ?? null, source: sourceOf(client), taken };
  const mailed = await mayMail({ budget: "registration", email, client });
  // This browser asks again moments after its mail went out: the code in that mail must go on working.
  if (pendingId && !mailed && (await reviseRegistration(pendingId, email, payload)))
    return ok({ status: "pending", verificationId: pendingId, seq });

  const issued = await issueVerification({ purpose: "register", email, payload, withCode: mailed });
  const notice = (await consume(LIMITS.noticePerHour, email)).ok;
  if (taken) {
    await tellVerification(email, issued, { decoy: true });
    await tellOwner(email, mailed && notice);
  } else await sendVerification(email, issued, links, { decoy: !mailed });
  return ok({ status: "pending", verificationId: issued.id, seq });
}

/** Tells the owner of a taken address what the answer must not say. */
async function tellOwner(email: string, mailed: boolean): Promise<void> {
  await sendMail(email, "address-in-use", {}, { decoy: !mailed });
}

async function createAtOnce(
  { email, profile, session: options }: RegisterInput,
  passwordHash: string,
  client: Client,
): Promise<Result<RegisterOutcome>> {
  const taken = await findUsersByLogin(profile?.username ? [email, profile.username] : [email]);
  if (taken.length > 0 || (await isReserved(email))) return USER_EXISTS;
  const user = await addUser({ ...profile, email, emailVerified: null, passwordHash });
  await recordEvent("register.completed", { userId: user.id, email, client });
  const begun = await beginSession({ ...options, userId: user.id, proof: "password", client, isNew: true });
  return begun.ok ? ok({ status: "signed-in", user, session: begun.value }) : begun;
}
