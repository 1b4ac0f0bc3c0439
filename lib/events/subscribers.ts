import type { Subscribers } from "./events";

/**
 * Your subscribers, by the events of `events.ts`. Give each a name, like
 * `"user.created": { crm: (user, id) => addContact(user, id) }`.
 * Waiting rows hold both names: after you rename a subscriber, keep the old name too for three days.
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
