import { afterEach } from "vitest";
import { db } from "@/lib/db";
import { deliveryQueue } from "@/lib/events/emit";
import type { Events, Subscriber } from "@/lib/events/events";
import { SUBSCRIBERS } from "@/lib/events/subscribers";

const begun: (() => void)[] = [];
afterEach(async () => {
  for (const end of begun.splice(0)) end();
  await db.delivery.deleteMany();
});

/** Subscribes to an event until the test ends. No deliverer runs in tests unless they start one. */
export function subscribe<Name extends keyof Events>(name: Name, subscriber: Subscriber<Name>, as = "test"): void {
  Object.assign(SUBSCRIBERS[name], { [as]: subscriber });
  begun.push(() => void Reflect.deleteProperty(SUBSCRIBERS[name], as));
}

/** The deliveries of one event that still wait, oldest first, without decoys. */
export async function untold(name: keyof Events): Promise<object[]> {
  const rows = await db.delivery.findMany({ where: { event: name }, orderBy: { dueAt: "asc" } });
  return rows
    .map(deliveryQueue.open)
    .filter((content) => content !== null)
    .filter(({ decoy }) => !decoy)
    .map(({ event }) => event);
}
