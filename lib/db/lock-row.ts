import { env } from "@/lib/env";
import { databaseKind } from "./kind";
import { sql } from "./sql";
import { currentTransaction } from "./transaction-context";

const SELECT = {
  User: sql`SELECT 1 FROM "User" WHERE "id" =`,
  Session: sql`SELECT 1 FROM "Session" WHERE "id" =`,
  Verification: sql`SELECT 1 FROM "Verification" WHERE "id" =`,
};

/**
 * Makes other transactions that lock, change or delete this row wait until the one under way has ended, so that its
 * decision about the row still holds when it is committed. What the transaction reads afterwards is up to date.
 * SQLite locks nothing here: its transactions run one at a time, in all processes.
 * @param id the row's `id` column; a user's is the uuid, not the number.
 * @returns whether there is such a row.
 * @throws outside `transact`, where a lock would end with the statement.
 */
export async function lockRow(table: "User" | "Session" | "Verification", id: string): Promise<boolean> {
  const transaction = currentTransaction();
  if (!transaction) throw new Error("A row is locked for as long as a transaction lasts: call lockRow inside transact");
  const isPostgresql = databaseKind(env().DATABASE_URL) === "postgresql";
  const select = sql`${SELECT[table]} ${id} ${isPostgresql ? sql`FOR UPDATE` : sql.empty}`;
  const rows = await transaction.client.$queryRaw<unknown[]>(select);
  return rows.length > 0;
}
