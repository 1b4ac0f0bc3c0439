import { AsyncLocalStorage } from "node:async_hooks";
import { singleton } from "@/lib/singleton";

/** One request, and whether the database failed it. */
export type RequestOutage = { seen: boolean };

const requests = singleton("requestOutages", () => new AsyncLocalStorage<RequestOutage>());

/** Handles a request; what goes wrong with the database meanwhile is noted in `request`. */
export function noteOutages(request: RequestOutage, handle: () => void): void {
  requests.run(request, handle);
}

/** Whether the database failed the request under way, for those who call what swallows errors. False without our own server. */
export function sawOutage(): boolean {
  return requests.getStore()?.seen ?? false;
}

/** Notes that the database failed the request under way, if there is one. */
export function noteOutage(): void {
  const request = requests.getStore();
  if (request) request.seen = true;
}
