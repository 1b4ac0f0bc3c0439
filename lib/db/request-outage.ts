import { requestValue } from "@/lib/request";

/** One request, and whether the database failed it. */
export type RequestOutage = { seen: boolean };

const outage = requestValue<RequestOutage>("outage");

/** Handles a request, and notes in `request` when the database fails meanwhile. */
export function noteOutages(request: RequestOutage, handle: () => void): void {
  outage.run(request, handle);
}

/** Whether the database failed the request under way, for callers of code that swallows errors. False without our front. */
export function sawOutage(): boolean {
  return outage.get()?.seen ?? false;
}

/** Notes that the database failed the request under way, if there is one. */
export function noteOutage(): void {
  const request = outage.get();
  if (request) request.seen = true;
}
