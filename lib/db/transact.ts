import { observe } from "@/lib/telemetry";
import { connect } from ".";
import { unavailable } from "./outage";
import { currentTransaction, inTransaction, outsideTransaction, type Transaction } from "./transaction-context";

/** How long a story waits for its turn: SQLite has one writer, PostgreSQL's pool ten. */
const TURN_WITHIN_MS = 4_500;
const DONE_WITHIN_MS = 10_000;
/** How often a transaction runs at most: again when another locked the same rows in another order, or created the same row. */
const ATTEMPTS = 3;

/**
 * Runs the writes of a story as one: all of them happen, or none. Store functions that it calls take part by themselves. A
 * refusal (`ok: false`) and a throw roll back; a refusal is returned. A call inside another joins it.
 * The work holds locks and may run more than once: no hashing, rendering or network in it.
 * @throws {DatabaseUnavailable} when the database is away, or too busy to begin.
 * @example
 * await transact(async () => {
 *   if (!(await consumeVerification(id))) return fail("token_invalid"); // nothing has happened
 *   await setPassword(userId, hash);
 *   return ok(undefined);
 * });
 */
export async function transact<T>(work: () => Promise<T>): Promise<T> {
  const outer = currentTransaction();
  if (outer) {
    const result = await work();
    if (isRefusal(result)) outer.refused = true;
    return result;
  }
  return observe("transaction", {}, () => runUntilDone(work));
}

async function runUntilDone<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(work);
    } catch (error) {
      if (error instanceof RolledBack) return error.result as T;
      if (isOutOfTime(error)) throw unavailable(error, /Unable to start/.test(error.message));
      if (!isConflict(error) || attempt === ATTEMPTS) throw error;
    }
  }
}

async function runOnce<T>(work: () => Promise<T>): Promise<T> {
  const afterCommit: Transaction["afterCommit"] = [];
  const options = { maxWait: TURN_WITHIN_MS, timeout: DONE_WITHIN_MS };
  const prisma = await connect();
  const result = await prisma.$transaction(async (client) => {
    const transaction: Transaction = { client, afterCommit, refused: false };
    const done = await inTransaction(transaction, work);
    if (isRefusal(done)) throw new RolledBack(done);
    if (transaction.refused) throw new Error("A story went on after a part of its transaction was refused");
    return done;
  }, options);
  for (const then of afterCommit) outsideTransaction(then);
  return result;
}

class RolledBack extends Error {
  constructor(readonly result: unknown) {
    super("The story was refused");
  }
}

function isRefusal(result: unknown): boolean {
  return typeof result === "object" && result !== null && "ok" in result && result.ok === false;
}

/** A deadlock, or a row that another transaction created in the same moment, which the next attempt sees. */
function isConflict(error: unknown): boolean {
  return hasCode(error, "P2034") || hasCode(error, "P2002") || (hasCode(error, "P2010") && isWriteConflict(error));
}

/** Whether the driver calls it a deadlock. Prisma has one code for all that fails in a raw statement. */
function isWriteConflict(error: unknown): boolean {
  const { meta } = error as { meta?: { driverAdapterError?: { cause?: { kind?: string } } } };
  return meta?.driverAdapterError?.cause?.kind === "TransactionWriteConflict";
}

/**
 * Whether the transaction began or ended too late. Prisma has the same code for a statement after the end, which is our
 * mistake.
 */
function isOutOfTime(error: unknown): error is Error {
  return hasCode(error, "P2028") && error instanceof Error && /Unable to start|expired/.test(error.message);
}

/** Tells Prisma's errors by their name, because importing their class would load its client. */
function hasCode(error: unknown, code: string): boolean {
  const isPrismas = error instanceof Error && error.name === "PrismaClientKnownRequestError";
  return isPrismas && "code" in error && error.code === code;
}
