import { callAfterCommit } from "./background";
import { singleton } from "./singleton";
import { SUBSCRIBERS } from "./subscribers";

/** What happens in here that other parts of an app may want to know, and what they are told. */
export type Events = {
  /**
   * A person with an account asked for a link that sets a new password. The mail is on its way already. `token` is what
   * the link carries: a person who has it can set the password. `actor_type` and `metadata` are what an API client sent.
   */
  "auth.password_reset": {
    entity_id: string;
    actor_type: string | null;
    token: string;
    metadata: Record<string, unknown>;
  };
};

export type Subscriber<Name extends keyof Events> = (event: Events[Name]) => Promise<void> | void;
export type Subscribers = { [Name in keyof Events]: Subscriber<Name>[] };

const added = singleton<Subscribers>("subscribers", () => ({ "auth.password_reset": [] }));

/** Subscribes while the process runs; the function returned ends it. What should always hear goes into lib/subscribers.ts. */
export function on<Name extends keyof Events>(name: Name, subscriber: Subscriber<Name>): () => void {
  const list: Subscriber<Name>[] = added[name];
  list.push(subscriber);
  return () => void list.splice(list.indexOf(subscriber), 1);
}

/**
 * Tells the subscribers, once the transaction under way is committed and the answer is out: neither their time nor
 * their failure shows in it. Of a failure the log says which event and what kind of error, since the error may hold what
 * the subscriber was told.
 */
export function emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
  for (const subscriber of [...SUBSCRIBERS[name], ...added[name]])
    callAfterCommit(`subscriber of ${name}`, () => subscriber(event));
}
