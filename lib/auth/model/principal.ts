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
  /** When anything last proved in this session who this is. */
  authenticatedAt: Date;
  /** When two factors did; null when they never did. */
  twoFactorAt: Date | null;
};

/** A session of which a second factor is still to be proved, or to be set up. It may do that, or end, and nothing else. */
export type OwingSession = {
  userId: string;
  sessionId: string;
  email: string;
  actorType: string | null;
  proofs: Proof[];
  owed: OwedFactor;
};

/** Whose session it is, whether or not it owes a factor. */
export type SessionHolder = Pick<Principal, "userId" | "sessionId" | "email">;

/** Where a request comes from, as far as it can be known. */
export type Client = {
  /** The client's address, null when it cannot be derived safely. */
  ip: string | null;
  userAgent: string | null;
  /** The known-device cookie as it came. Untrusted. */
  device?: string | null;
  /** The cookie of a device that is to be asked for no second factor, as it came. Untrusted. */
  remembered?: string | null;
};
