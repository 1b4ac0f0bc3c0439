import { inBackground } from "./background";
import { SUBSCRIBERS } from "./subscribers";

/** What happens in here that other parts of an app may want to know, and what they are told. */
export type Events = {
  /**
   * Somebody with an account asked for a link that sets a new password. The mail is on its way already. `token` is what
   * the link carries: whoever has it can set the password. `actor_type` and `metadata` are what an API client sent.
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

// Modules are evaluated once per bundle; who subscribed in one is told of what happens in another.
const shared = globalThis as typeof globalThis & { latchkeySubscribers?: Subscribers };

function added(): Subscribers {
  shared.latchkeySubscribers ??= { "auth.password_reset": [] };
  return shared.latchkeySubscribers;
}

/** Subscribes while the process runs; the function returned ends it. What should always hear goes into lib/subscribers.ts. */
export function on<Name extends keyof Events>(name: Name, subscriber: Subscriber<Name>): () => void {
  const list: Subscriber<Name>[] = added()[name];
  list.push(subscriber);
  return () => void list.splice(list.indexOf(subscriber), 1);
}

/** Tells the subscribers, after the answer: neither their time nor their failure shows in it. A failure is logged. */
export function emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
  for (const subscriber of [...SUBSCRIBERS[name], ...added()[name]])
    inBackground(`subscriber of ${name}`, async () => subscriber(event));
}
