import type { Subscribers } from "./events";

/**
 * Who is told of what (lib/events.ts says what there is). Add yours here, like
 * `"auth.password_reset": [({ entity_id, token }) => notifyByText(entity_id, token)]`.
 */
export const SUBSCRIBERS: Subscribers = {
  "auth.password_reset": [],
};
