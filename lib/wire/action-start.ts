import { requestValue } from "@/lib/request";

/** One call of an action, and whether the action began to work on it. */
export type ActionStart = { seen: boolean };

const start = requestValue<ActionStart>("action-start");

/** Handles a call of an action, and notes in `request` when the action begins. */
export function watchActionStart(request: ActionStart, handle: () => void): void {
  start.run(request, handle);
}

/** Notes that an action began: Next found it and could read what it was sent. */
export function noteActionStart(): void {
  const request = start.get();
  if (request) request.seen = true;
}

/** Runs what comes before the action, and shares code with it, without noting anything. */
export function beforeAction<T>(work: () => T): T {
  return start.run(undefined, work);
}

/** The call of an action under way; undefined in other requests, and without our front. */
export function currentActionStart(): ActionStart | undefined {
  return start.get();
}
