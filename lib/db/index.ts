import { env } from "@/lib/env";
import { singleton } from "@/lib/singleton";
import { observeStatement } from "@/lib/telemetry";
import type { PrismaClient } from "@/prisma/client/client";
import { giveWay } from "./give-way";
import { databaseKind, isFile } from "./kind";
import { openOnce } from "./open-once";
import { postgresqlDriver, readPostgresql, writePostgresql } from "./postgresql";
import type { Sql } from "./sql";
import { sqliteDriver, writeFile } from "./sqlite";
import { readFile, readFirst } from "./sqlite-reader";
import { currentTransaction } from "./transaction-context";

const clients = singleton("databases", () => new Map<string, Promise<PrismaClient>>());

/**
 * The process's Prisma client, outside of any transaction. It is loaded at first use: a server that waits for visitors needs
 * none.
 */
export function connect(): Promise<PrismaClient> {
  return openOnce(clients, env().DATABASE_URL, load);
}

/** Both clients are generated from the same models. Code is written against SQLite's, which offers less. */
async function load(url: string): Promise<PrismaClient> {
  if (databaseKind(url) === "sqlite") {
    const { PrismaClient } = await import("@/prisma/client/client");
    return new PrismaClient({ adapter: sqliteDriver(url) });
  }
  const { PrismaClient } = await import("@/prisma/client-postgresql/client");
  return new PrismaClient({ adapter: postgresqlDriver(url) }) as unknown as PrismaClient;
}

/** Prisma's client, loaded at first use. Inside `transact` every statement belongs to the transaction. */
export const db: PrismaClient = new Proxy({} as PrismaClient, {
  get(_, part) {
    const client = async () => currentTransaction()?.client ?? connect();
    const ask = async (...given: unknown[]) => call(await client(), part, given);
    const askTable =
      (method: string | symbol) =>
      async (...given: unknown[]) =>
        call(Reflect.get(await client(), part), method, given);
    return new Proxy(ask, { get: (_, method) => askTable(method) });
  },
});

function call(target: object, method: string | symbol, given: unknown[]): unknown {
  return Reflect.apply(Reflect.get(target, method), target, given);
}

/** A row of `readRows`: times are text or Date, depending on the database. Pass them through `new Date`. */
export type Read<Row> = {
  [Column in keyof Row]: Date extends Row[Column] ? Exclude<Row[Column], Date> | string | Date : Row[Column];
};

/**
 * Rows without Prisma's client where that is possible, for queries that run again and again: a page of the signed-in reads many
 * lists. A server that only waits for visitors reads this way alone, and never loads Prisma's client, which takes 40 MB at its
 * first query.
 */
export async function readRows<Row>(query: Sql): Promise<Row[]> {
  await giveWay();
  return readBy(readFile, query);
}

/**
 * The first row of `readRows`, for a query whose row an index finds. Such a query is too short to give way to others, and every
 * page asks one.
 */
export async function readRow<Row>(query: Sql): Promise<Row | undefined> {
  const [row] = await readBy<Row>(readFirst, query);
  return row;
}

async function readBy<Row>(read: typeof readFile, query: Sql): Promise<Row[]> {
  // The short way has a connection of its own, which does not see what a transaction has not yet committed.
  const rows = currentTransaction() ? null : await readShort(read, query);
  return (rows as Row[] | null) ?? db.$queryRaw<Row[]>(query);
}

/** Runs a statement that writes, without Prisma's client where that is possible. It takes part in no transaction. */
export async function writeAlone(query: Sql): Promise<void> {
  const url = env().DATABASE_URL;
  if (databaseKind(url) === "postgresql") await writePostgresql(url, query);
  else if (isFile(url)) await writeFile(url, query);
  else await db.$executeRaw(query);
}

async function readShort(read: typeof readFile, query: Sql): Promise<unknown[] | null> {
  const url = env().DATABASE_URL;
  if (databaseKind(url) === "postgresql") return readPostgresql(url, query);
  return isFile(url) ? observeStatement(query.sql, () => read(url, query)) : null;
}
