import type { Subscribers } from "./events";

/**
 * Who is told of what (`events.ts` says what there is). Add yours by a name of its own, like
 * `"user.created": { crm: (user, id) => addContact(user, id) }`.
 * What waits to be told is kept by these two names: after a renaming leave the old name in as well, until three days have passed.
 */
export const SUBSCRIBERS: Subscribers = {
  "user.created": {},
  "user.signed_in": {},
  "user.email_changed": {},
  "user.deleted": {},
  "auth.password_reset": {},
  "auth.verification_requested": {},
  "invite.created": {},
};
