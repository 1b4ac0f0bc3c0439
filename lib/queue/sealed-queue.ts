import { randomUUID } from "node:crypto";
import { seal, unseal } from "@/lib/auth/model/secrets";

/** A row that waits until `dueAt` and is of no use from `expires` on. */
export type Waiting = { id: string; sealed: string; attempts: number; dueAt: Date; expires: Date };

/** A row that a worker has claimed until `leasedUntil`. Afterwards another worker may claim it. */
export type Claimed<Row> = Row & { leasedUntil: Date };

/** A table whose rows are worked on. Its id is the row's idempotency key. */
type Table = {
  updateMany(change: {
    where: { id: string; dueAt: Date };
    data: { dueAt: Date; attempts?: { increment: number }; givenUpAt?: Date; sealed?: string };
  }): PromiseLike<{ count: number }>;
  deleteMany(which: { where: { id: string } }): PromiseLike<unknown>;
  count(which: { where: { givenUpAt: null | { not: null } } }): PromiseLike<number>;
};

type Options<Row extends Waiting> = {
  /** Keeps what is sealed here from opening anywhere else. It stays as long as rows may wait. */
  purpose: string;
  table(): Table;
  /** The next row of those that are due at this time. */
  findDue(now: Date): Promise<Row | null>;
  /** A reviver for `JSON.parse`, for values that JSON does not have. */
  revive?(key: string, value: unknown): unknown;
};

export type SealedQueue<Content, Row extends Waiting> = ReturnType<typeof sealedQueue<Content, Row>>;

/** The due time of a row that was given up: no look-up finds it. */
const NEVER = new Date("9999-12-31T00:00:00Z");

/**
 * Rows with sealed content. Any instance may claim a row, one at a time, until the row is removed or given up. When a process is
 * killed, another claims its rows after the lease.
 */
export function sealedQueue<Content, Row extends Waiting>({ purpose, table, findDue, revive }: Options<Row>) {
  return {
    purpose,

    /** The common columns of a new row that is due at `at`. */
    newRow(content: Content, at = new Date()) {
      const id = randomUUID();
      return { id, sealed: seal(purpose, id, JSON.stringify(content)), createdAt: at, dueAt: at };
    },

    /** The content of a row; null when it was sealed under another AUTH_SECRET. */
    open({ id, sealed }: { id: string; sealed: string }): Content | null {
      const json = unseal(purpose, id, sealed);
      return json === null ? null : JSON.parse(json, revive);
    },

    /** The next due row, claimed for `leaseMs` so that no other worker takes it; or null. */
    async claim(leaseMs: number): Promise<Claimed<Row> | null> {
      for (;;) {
        const now = Date.now();
        const row = await findDue(new Date(now));
        if (!row) return null;
        const leasedUntil = new Date(now + leaseMs);
        const { count } = await table().updateMany({
          where: { id: row.id, dueAt: row.dueAt },
          data: { dueAt: leasedUntil, attempts: { increment: 1 } },
        });
        if (count === 1) return { ...row, attempts: row.attempts + 1, leasedUntil };
      }
    },

    /** Removes a row that is done, or no longer needed. */
    async remove({ id }: Claimed<Row>): Promise<void> {
      await table().deleteMany({ where: { id } });
    },

    /** Plans another try, after a pause. */
    async postpone({ id, leasedUntil }: Claimed<Row>, pauseMs: number): Promise<void> {
      const data = { dueAt: new Date(Date.now() + pauseMs) };
      await table().updateMany({ where: { id, dueAt: leasedUntil }, data });
    },

    /**
     * Gives a row up. It stays without its content, so that an operator can count it.
     * @returns false when another worker has claimed the row since: then that one decides.
     */
    async giveUp({ id, leasedUntil }: Claimed<Row>): Promise<boolean> {
      const data = { givenUpAt: new Date(), sealed: "", dueAt: NEVER };
      return (await table().updateMany({ where: { id, dueAt: leasedUntil }, data })).count === 1;
    },

    /** For how many seconds the next row has been due; 0 without a due row. */
    async overdueSeconds(): Promise<number> {
      const now = new Date();
      const row = await findDue(now);
      return row ? (now.getTime() - row.dueAt.getTime()) / 1000 : 0;
    },

    /** How many rows wait, and how many were given up of late. */
    async count(): Promise<{ waiting: number; givenUp: number }> {
      const [waiting, givenUp] = await Promise.all([
        table().count({ where: { givenUpAt: null } }),
        table().count({ where: { givenUpAt: { not: null } } }),
      ]);
      return { waiting, givenUp };
    },
  };
}
