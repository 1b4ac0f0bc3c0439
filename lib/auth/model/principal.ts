import type { OwedFactor, Proof } from "./factors";
import type { ProfileValues } from "./profile";

/** Who is making this request: the first argument of every guarded function. Read from the database, never from the client. */
export type Principal = ProfileValues & {
  userId: string;
  sessionId: string;
  email: string;
  image: string | null;
  roles: string[];
  /** Which of the person's actors an API client speaks as; null in a browser. */
  actorType: string | null;
  /** What was proved in this session. */
  proofs: Proof[];
  /** When the person last proved anything in this session. */
  authenticatedAt: Date;
  /** When the person last proved two factors; null when they never did. */
  twoFactorAt: Date | null;
};

/** A session that still owes a second factor, or its setup. It may pay that, or end, and nothing else. */
export type OwingSession = {
  userId: string;
  sessionId: string;
  email: string;
  actorType: string | null;
  proofs: Proof[];
  owed: OwedFactor;
};

/** Who makes a request in a session, whether or not it owes a factor. */
export type Holder = Principal | OwingSession;

/** A session and its user. */
export type SessionRef = Pick<Holder, "userId" | "sessionId">;

/** Where a request comes from, as far as it can be known. */
export type Client = {
  /** The client's address, null when it cannot be derived safely. */
  ip: string | null;
  /** Cut by `userAgentOf`, since each session and event keeps it. */
  userAgent: string | null;
  /** The known-device cookie as it came. Untrusted. */
  device?: string | null;
  /** The cookie of a remembered device, which need not show a second factor, as it came. Untrusted. */
  remembered?: string | null;
};
