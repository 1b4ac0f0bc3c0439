import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { isSecondFactor, isTwoFactor, type OwedFactor, type Proof } from "@/lib/auth/model/factors";
import { LIMITS } from "@/lib/auth/model/limits";
import { sourceOf } from "@/lib/auth/model/network";
import type { Client, Principal } from "@/lib/auth/model/principal";
import { describeDevice, seenFrom } from "@/lib/auth/model/user-agent";
import { consume } from "@/lib/auth/store/rate-limits";
import { recordEvent } from "@/lib/auth/store/security-events";
import { insertSession, type NewSession } from "@/lib/auth/store/sessions";
import { findUserById } from "@/lib/auth/store/users";
import { lockRow } from "@/lib/db/lock-row";
import { afterCommit } from "@/lib/db/transaction-context";
import { emit } from "@/lib/events/emit";
import { logEvent } from "@/lib/log";
import { sendMail } from "@/lib/mail/messages";
import { count } from "@/lib/telemetry";
import type { User } from "@/prisma/client/client";
import { applyDueFactorReset } from "./factor-reset";
import { knownDevice } from "./known-device";
import { owedAfter } from "./owed-factor";

/**
 * `remember`: `IDLE_DAYS` without use instead of `IDLE_HOURS_NOT_REMEMBERED`. `actorType`: the person's actor that an API client
 * speaks as. `handOver`: for clients that get no session token but a refresh token or a code.
 */
export type SessionOptions = {
  remember?: boolean;
  kind?: "browser" | "api";
  actorType?: string;
  handOver?: HandOver;
};

/**
 * Makes the refresh token or code by which a client gets its session, in the transaction that begins the session, so that no
 * session is left that no client can reach. Null makes none.
 */
export type HandOver = (begun: NewSession & { user: User; owedFactor: OwedFactor | null }) => Promise<string | null>;

/** `handed` is what `handOver` made. */
type Begun<Owed> = NewSession & { user: User; owedFactor: Owed; handed: string | null };

/** A session that stands for its person. */
export type CompleteSession = Begun<null>;

/** A session that owes a factor. It is no principal, and may only pay by `addProof`. */
export type IncompleteSession = Begun<OwedFactor>;

/** `owedFactor` tells the two apart. Code that hands out tokens takes a `SignedIn` only, which the compiler checks. */
export type BegunSession = CompleteSession | IncompleteSession;

/** A person for whom a surface may make tokens. */
export type SignedIn = Principal | CompleteSession;

/**
 * Signs a person in: the only code that makes a session. It is told what was proved, and decides whether that is enough.
 * Call it in the transaction of what proved it.
 * @param input.isNew The account is so new that its owner need not be told of a new device.
 * @returns `user_disabled`, or `unauthenticated` for a user who was deleted meanwhile.
 */
export async function beginSession(
  input: SessionOptions & { userId: string; proof: Proof; client: Client; detail?: string; isNew?: boolean },
): Promise<Result<BegunSession>> {
  const { userId, proof, client, detail, isNew = false, remember = false, kind = "browser", actorType } = input;
  // With this lock a parallel change of password, address or role either ends first or sees the session.
  await lockRow("User", userId);
  const user = await findUserById(userId);
  if (!user) return fail("unauthenticated");
  if (user.disabledAt) return fail("user_disabled");
  // A factor that the reset takes away must neither stop it nor use it up.
  if (!isSecondFactor(proof)) await applyDueFactorReset(user, client);
  const owedFactor = await owedAfter(user, [proof], client);
  const twoFactorAt = isTwoFactor([proof]) ? new Date() : null;
  const session = await insertSession({ userId, client, kind, remember, actorType, proof, twoFactorAt, owedFactor });
  const { sessionId } = session;
  afterCommit(() => count("sessions", { kind, proof, owes: String(owedFactor !== null) }));
  if (owedFactor) await noteOwing({ userId, sessionId, client, detail: detail ?? proof });
  else await noteSignIn(user, { sessionId, kind, proofs: [proof], client, detail: detail ?? proof, isNew });
  const handed = (await input.handOver?.({ ...session, user, owedFactor })) ?? null;
  return ok({ ...session, user, owedFactor, handed });
}

/**
 * Notes that a sign-in stopped at the second step. A thief who has the password can begin any number of those. They
 * must neither fill the table nor push other events out of sight, so most are noted in the log only.
 */
async function noteOwing(event: { userId: string; sessionId: string; client: Client; detail: string }): Promise<void> {
  const { userId, sessionId, client } = event;
  const first = await consume(LIMITS.owingPerSource, `${userId}:${sourceOf(client)}`);
  if (first.ok && (await consume(LIMITS.owingPerAccount, userId)).ok) await recordEvent("sign_in.factor_owed", event);
  else logEvent("sign_in.factor_owed", { userId, sessionId, ip: client.ip, userAgent: client.userAgent });
}

/** Notes that a person is signed in, tells subscribers, and the person if the device is new. */
export async function noteSignIn(
  user: User,
  input: { sessionId: string; kind: string; proofs: Proof[]; client: Client; detail: string; isNew?: boolean },
): Promise<void> {
  const { sessionId, kind, proofs, client, detail, isNew = false } = input;
  const { id: userId, email } = user;
  await recordEvent("sign_in.succeeded", { userId, sessionId, client, detail });
  const device = describeDevice(client.userAgent);
  await emit("user.signed_in", { userId, email, proofs, device, kind, at: new Date().toISOString() });
  if (!isNew && (await isNews(user, kind, client))) await tellOwner(user, client);
}

/**
 * Whether to tell the owner of a new device. API clients keep no cookie, so each address and user agent of one causes one mail a
 * month. Of a flood of sign-ins the first mails have told the owner.
 */
async function isNews({ id }: User, kind: string, client: Client): Promise<boolean> {
  if (await knownDevice(client, id)) return false;
  const isNewClient =
    kind === "browser" || (await consume(LIMITS.signInNotice, `${id}:${client.ip}:${client.userAgent}`)).ok;
  return isNewClient && (await consume(LIMITS.signInNotices, id)).ok;
}

function tellOwner(user: User, client: Client): Promise<void> {
  return sendMail(user.email, "new-sign-in", { ...seenFrom(client), ip: client.ip });
}
