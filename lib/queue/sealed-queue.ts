import { randomUUID } from "node:crypto";
import { seal, unseal } from "@/lib/auth/model/secrets";

/** A row that waits until `dueAt` to be worked on, and is of no use any more from `expires` on. */
export type Waiting = { id: string; sealed: string; attempts: number; dueAt: Date; expires: Date };

/** A row that a worker has claimed, until `leasedUntil`: from then on another may. */
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
  /** The row that is to be worked on next of those that were due at this time. */
  findDue(now: Date): Promise<Row | null>;
  /** For what JSON has no words for, as `JSON.parse` takes it. */
  revive?(key: string, value: unknown): unknown;
};

export type SealedQueue<Content, Row extends Waiting> = ReturnType<typeof sealedQueue<Content, Row>>;

/** Where look-ups for what is due never come. */
const NEVER = new Date("9999-12-31T00:00:00Z");

/**
 * Rows with sealed content that any instance may claim and work on: each by one at a time, until it is removed or given
 * up. What a process had claimed when it was killed is claimed by another once the lease has run out.
 */
export function sealedQueue<Content, Row extends Waiting>({ purpose, table, findDue, revive }: Options<Row>) {
  return {
    purpose,

    /** What every new row has, due at `at`. */
    newRow(content: Content, at = new Date()) {
      const id = randomUUID();
      return { id, sealed: seal(purpose, id, JSON.stringify(content)), createdAt: at, dueAt: at };
    },

    /** What a row holds; null when it was sealed under another AUTH_SECRET. */
    open({ id, sealed }: { id: string; sealed: string }): Content | null {
      const json = unseal(purpose, id, sealed);
      return json === null ? null : JSON.parse(json, revive);
    },

    /** The row that is to be worked on next, claimed for `leaseMs` so that no other worker takes it; or null. */
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

    /** It is done, or needs not be. */
    async remove({ id }: Claimed<Row>): Promise<void> {
      await table().deleteMany({ where: { id } });
    },

    /** Another try, after a pause. */
    async postpone({ id, leasedUntil }: Claimed<Row>, pauseMs: number): Promise<void> {
      const data = { dueAt: new Date(Date.now() + pauseMs) };
      await table().updateMany({ where: { id, dueAt: leasedUntil }, data });
    },

    /**
     * No more tries. The row stays for an operator to count, without what it held.
     * @returns false when another worker has claimed the row since: then that one decides.
     */
    async giveUp({ id, leasedUntil }: Claimed<Row>): Promise<boolean> {
      const data = { givenUpAt: new Date(), sealed: "", dueAt: NEVER };
      return (await table().updateMany({ where: { id, dueAt: leasedUntil }, data })).count === 1;
    },

    /** For how many seconds the row that is next has been due; 0 where nothing is due. */
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
