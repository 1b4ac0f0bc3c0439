import { db, readRow } from "@/lib/db";
import { sql } from "@/lib/db/sql";
import { afterCommit } from "@/lib/db/transaction-context";
import { env } from "@/lib/env";
import { processWorker } from "@/lib/queue/process-worker";
import { sealedQueue } from "@/lib/queue/sealed-queue";
import type { Delivery } from "@/prisma/client/client";
import type { Events } from "./events";
import { SUBSCRIBERS } from "./subscribers";

/** The sealed content of a row. A decoy is treated like any other row, but reaches no subscriber. */
type Content = { event: Events[keyof Events]; decoy: boolean };

type DeliveryRow = Delivery & { expires: Date };

/** For how long a failing subscriber is tried again. */
const TRIED_MS = 3 * 24 * 60 * 60_000;

/** The deliveries that wait: one row for each event and subscriber, oldest first. */
export const deliveryQueue = sealedQueue<Content, DeliveryRow>({
  purpose: "delivery",
  table: () => db.delivery,
  findDue: firstDue,
});

async function firstDue(now: Date): Promise<DeliveryRow | null> {
  const row = await readRow<Delivery>(sql`SELECT * FROM "Delivery" WHERE "dueAt" <= ${now} ORDER BY "dueAt" LIMIT 1`);
  if (!row) return null;
  return { ...row, dueAt: new Date(row.dueAt), expires: new Date(new Date(row.createdAt).getTime() + TRIED_MS) };
}

/** What tells this process's subscribers. */
export const deliverer = processWorker<typeof import("./subscribers")>("deliveries");

/** The time of this process's newest row: of two rows in one millisecond the first must be told first. */
let newest = 0;

/**
 * Tells an event to its subscribers, once the transaction under way has committed and the answer is out, which therefore shows
 * neither their time nor their failure. Call it in the transaction of what it tells. Without subscribers it does nothing.
 * @param options.decoy costs the same and tells no subscriber, for an address that an answer must not tell from others.
 */
export async function emit<Name extends keyof Events>(
  name: Name,
  event: Events[Name],
  { decoy = false }: { decoy?: boolean } = {},
): Promise<void> {
  const subscribers = Object.keys(SUBSCRIBERS[name]);
  if (subscribers.length === 0) return;
  newest = Math.max(Date.now(), newest + 1);
  const at = new Date(newest);
  const rows = subscribers.map((subscriber) => ({ ...deliveryQueue.newRow({ event, decoy }, at), subscriber }));
  await db.delivery.createMany({ data: rows.map((row) => ({ ...row, event: name })) });
  // Next reloads the code that emits when a developer edits a subscriber, and not the deliverer's.
  afterCommit(() => deliverer.wake(env().production ? undefined : () => import("./subscribers")));
}
