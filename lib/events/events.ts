import type { Proof } from "@/lib/auth/model/factors";

/**
 * The events that your own code may want to know, and what each tells. No event ever holds a password or its hash.
 * `at` is the time, ISO 8601 in UTC; `email` is the address at that time.
 */
export type Events = {
  /**
   * A user has come into being: a registration was confirmed, a provider vouched for someone new, a code was typed for an
   * address without an account. Once a user: one whose address is proved later is no new one, and where the site asks for no proof
   * (AUTH_REQUIRE_EMAIL_VERIFICATION) `emailVerified` is false. `provider` is its id, like "github", or null.
   */
  "user.created": {
    userId: string;
    email: string;
    emailVerified: boolean;
    name: string | null;
    provider: string | null;
    at: string;
  };
  /**
   * A person is signed in, by all the factors that are asked of them. `proofs` are what they showed, like
   * `["password", "totp"]`; `device` is words for people, like "Firefox on Linux"; `kind` is "browser" or "api".
   */
  "user.signed_in": { userId: string; email: string; proofs: Proof[]; device: string; kind: string; at: string };
  /** An address was changed and confirmed, or a change was taken back from the old mailbox. */
  "user.email_changed": { userId: string; from: string; to: string; at: string };
  /** An account is gone, with all that hung on it. */
  "user.deleted": { userId: string; email: string; at: string };
  /**
   * A person with an account asked for a link that sets a new password, or said "This was not me" in /account/activity. The mail is
   * on its way already, where it is not left to you. `token` is what the link carries: a person who has it can set the
   * password. `actor_type` and `metadata` are what an API client sent.
   */
  "auth.password_reset": {
    entity_id: string;
    actor_type: string | null;
    token: string;
    metadata: Record<string, unknown>;
  };
  /**
   * A registration waits for the proof of its mailbox, whose address `entity_id` is. The mail is on its way already, where
   * it is not left to you. `token` is what its link carries, `code` what a person can type where they registered: both
   * prove the mailbox, so they may go to that address only.
   */
  "auth.verification_requested": { entity_id: string; entity_type: "email"; token: string; code: string };
  /**
   * An admin invited the owner of an address to become one too, or invited them again. The mail is on its way already, where
   * an admins' front end has a page for it. The owner of the address accepts with `token`, for a day.
   */
  "invite.created": { id: string; email: string; token: string };
};

/**
 * Is told of an event at least once, and again after a failure or a killed process, for three days. `id` stays the same, so that a
 * subscriber can recognize a repetition.
 */
export type Subscriber<Name extends keyof Events> = (event: Events[Name], id: string) => Promise<void> | void;

/** Subscribers by event and by name. */
export type Subscribers = { [Name in keyof Events]: Record<string, Subscriber<Name>> };
