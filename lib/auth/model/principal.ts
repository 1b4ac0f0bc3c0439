/** Who is making this request: the first argument of every guarded function. Read from the database, never from the client. */
export type Principal = {
  userId: string;
  sessionId: string;
  email: string;
  name: string | null;
  image: string | null;
  roles: string[];
  /** Which of the person's actors an API client speaks as; null in a browser. */
  actorType: string | null;
  /** When a password or a provider last proved in this session who this is. */
  authenticatedAt: Date;
};

/** Where a request comes from, as far as it can be known. */
export type Client = {
  /** The client's address, null when it cannot be derived safely. */
  ip: string | null;
  userAgent: string | null;
  /** The known-device cookie as it came. Untrusted. */
  device?: string | null;
};
