import { env } from "@/lib/env";
import { singleton } from "@/lib/singleton";
import { observeStatement } from "@/lib/telemetry";
import { type Prisma, PrismaClient } from "@/prisma/client/client";
import { PrismaClient as PostgresqlClient } from "@/prisma/client-postgresql/client";
import { giveWay } from "./give-way";
import { databaseKind } from "./kind";
import { postgresqlDriver } from "./postgresql";
import { sqliteDriver } from "./sqlite";
import { readFile } from "./sqlite-reader";
import { currentTransaction } from "./transaction-context";

/** The process's client, outside of any transaction. Connects at first use, so that a build needs no database. */
export function connect(): PrismaClient {
  const url = env().DATABASE_URL;
  const client = clients.get(url) ?? open(url);
  clients.set(url, client);
  return client;
}

const clients = singleton("databases", () => new Map<string, PrismaClient>());

/** Both clients are generated from the same models. Code is written against SQLite's, which offers less. */
function open(url: string): PrismaClient {
  if (databaseKind(url) === "sqlite") return new PrismaClient({ adapter: sqliteDriver(url) });
  return new PostgresqlClient({ adapter: postgresqlDriver(url) }) as unknown as PrismaClient;
}

/** The database. Inside `transact` every statement belongs to the transaction. */
export const db: PrismaClient = new Proxy({} as PrismaClient, {
  get: (_, property) => Reflect.get(currentTransaction()?.client ?? connect(), property),
});

/** A row as the shortest way brings it: times come as text or as Date, depending on the database. Pass them through `new Date`. */
export type Read<Row> = {
  [Column in keyof Row]: Date extends Row[Column] ? Exclude<Row[Column], Date> | string | Date : Row[Column];
};

/** Rows by the shortest way there is, for what is read again and again: a page of the signed-in asks for many lists. */
export async function readRows<Row>(query: Prisma.Sql): Promise<Row[]> {
  await giveWay();
  // SQLite's reader has a connection of its own, which does not see what a transaction has not yet committed.
  const rows = currentTransaction() ? null : observeStatement(query.sql, () => readFile(env().DATABASE_URL, query));
  return (rows as Row[] | null) ?? db.$queryRaw<Row[]>(query);
}

/** The first of them. */
export async function readRow<Row>(query: Prisma.Sql): Promise<Row | undefined> {
  return (await readRows<Row>(query))[0];
}
