import { AsyncLocalStorage } from "node:async_hooks";
import { singleton } from "@/lib/singleton";
import type { Prisma } from "@/prisma/client/client";

/** A transaction under way. `refused`: a part of it was refused, so it must not be committed. */
export type Transaction = { client: Prisma.TransactionClient; afterCommit: (() => void)[]; refused: boolean };

const transactions = singleton("transactions", () => new AsyncLocalStorage<Transaction>());

/** The transaction that the running code is part of, or undefined. */
export function currentTransaction(): Transaction | undefined {
  return transactions.getStore();
}

/** Runs work as part of a transaction: its statements, and those of everything it calls. */
export function inTransaction<T>(transaction: Transaction, work: () => Promise<T>): Promise<T> {
  return transactions.run(transaction, work);
}

/** Calls `then` once the transaction under way is committed, or at once without one. A rollback drops it. */
export function afterCommit(then: () => void): void {
  const transaction = currentTransaction();
  if (transaction) transaction.afterCommit.push(then);
  else then();
}

/** Starts work that outlives the transaction under way, and takes no part in it. */
export function outsideTransaction<T>(work: () => T): T {
  return transactions.exit(work);
}
