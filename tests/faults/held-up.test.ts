import { setImmediate as turn } from "node:timers/promises";
import type { SqlDriverAdapter, SqlDriverAdapterFactory } from "@prisma/driver-adapter-utils";
import { expect, test } from "vitest";
import { guarded } from "@/lib/db/guard";

const LONGER_THAN_THE_DEADLINE_MS = 4_700;

test("a process that was held up in the middle of a statement, as when a platform froze it, does not blame the database", async () => {
  const answer = { columnNames: [], columnTypes: [], rows: [] };
  const queryRaw: SqlDriverAdapter["queryRaw"] = async () => {
    await turn();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LONGER_THAN_THE_DEADLINE_MS);
    await turn();
    return answer;
  };
  const factory = { connect: async () => ({ queryRaw }) } as unknown as SqlDriverAdapterFactory;
  const connection = await guarded(factory).connect();
  expect(await connection.queryRaw({ sql: "SELECT 1", args: [], argTypes: [] })).toEqual(answer);
});
