import type { SqlDriverAdapterFactory, SqlQueryable, Transaction } from "@prisma/driver-adapter-utils";
import { observeStatement } from "@/lib/telemetry";
import { TooSlow } from "./is-outage";
import { watched } from "./outage";
import { storable } from "./storable";

/** We promise an answer within five seconds, and the request itself needs some of that. */
const DEADLINE_MS = 4_500;
/** The deadline is counted in slices, because a process that did not run for a while did not wait for the database meanwhile. */
const SLICE_MS = 500;

type Attempt = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * A driver that answers in bounded time. A statement that takes too long, or fails because the database is away, throws
 * `DatabaseUnavailable`. A wrong statement fails with the driver's own error.
 * @param attempt runs a single statement, or the beginning of a transaction: once, or again where the driver knows a failure
 * that passes by itself.
 */
export function guarded(
  factory: SqlDriverAdapterFactory,
  attempt: Attempt = (work) => work(),
): SqlDriverAdapterFactory {
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    async connect() {
      const connection = await watched(() => factory.connect());
      const { startTransaction } = connection;
      connection.startTransaction = async (level) => {
        const begin = () => attempt(() => startTransaction.call(connection, level));
        const transaction = await watched(() => inTime(begin(), abandon));
        const { commit } = transaction;
        transaction.commit = () => watched(() => commit.call(transaction));
        // A transaction that has begun cannot be tried again in part, and Prisma keeps its time limit.
        return guardStatements(transaction, watched);
      };
      return guardStatements(connection, (work) => watched(() => inTime(attempt(work))));
    },
  };
}

/** Ends a transaction that its caller has given up. Not every driver's `rollback` tells the database. */
export async function abandon(transaction: Transaction): Promise<void> {
  if (!transaction.options.usePhantomQuery)
    await transaction.executeRaw({ sql: "ROLLBACK", args: [], argTypes: [] }).catch(() => {});
  await transaction.rollback();
}

function guardStatements<T extends SqlQueryable>(target: T, run: Attempt): T {
  const { queryRaw, executeRaw } = target;
  target.queryRaw = (query) => observeStatement(query.sql, () => run(() => queryRaw.call(target, storable(query))));
  target.executeRaw = (query) => observeStatement(query.sql, () => run(() => executeRaw.call(target, storable(query))));
  return target;
}

/** The work's result, or an error once the deadline has passed. A result that comes later is given to `tooLate`. */
function inTime<T>(work: Promise<T>, tooLate?: (result: T) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    let left = DEADLINE_MS / SLICE_MS;
    const timer = setInterval(() => {
      if (--left > 0) return;
      clearInterval(timer);
      reject(new TooSlow(`The database did not answer within ${DEADLINE_MS} ms`));
    }, SLICE_MS);
    work
      .finally(() => clearInterval(timer))
      .then((result) => (left > 0 ? resolve(result) : tooLate?.(result)))
      .catch(reject);
  });
}
