import { AsyncLocalStorage } from "node:async_hooks";
import { singleton } from "@/lib/singleton";

/** One call of an action, and whether the action began to work on it. */
export type ActionStart = { seen: boolean };

const requests = singleton("action-starts", () => new AsyncLocalStorage<ActionStart>());

/** Handles a call of an action; that the action begins is noted in `request`. */
export function watchActionStart(request: ActionStart, handle: () => void): void {
  requests.run(request, handle);
}

/** Notes that an action began: Next found it and could read what it was sent. */
export function noteActionStart(): void {
  const request = requests.getStore();
  if (request) request.seen = true;
}

/** Runs what comes before the action, and shares code with it, without noting anything. */
export function beforeAction<T>(work: () => T): T {
  return requests.exit(work);
}

/** The call of an action under way, or undefined: another request, or not our own server. */
export function currentActionStart(): ActionStart | undefined {
  return requests.getStore();
}
