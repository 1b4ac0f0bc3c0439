import { env } from "@/lib/env";
import { type Prisma, PrismaClient } from "@/prisma/client/client";
import { PrismaClient as PostgresqlClient } from "@/prisma/client-postgresql/client";
import { databaseKind } from "./kind";
import { postgresqlDriver } from "./postgresql";
import { sqliteDriver } from "./sqlite";
import { readFile } from "./sqlite-reader";

// Next evaluates modules once per bundle (proxy, pages, routes) and again on every hot reload: one client for all.
const shared = globalThis as typeof globalThis & { latchkeyDb?: PrismaClient };

function connect(): PrismaClient {
  shared.latchkeyDb ??= open(env().DATABASE_URL);
  return shared.latchkeyDb;
}

/** Both clients are generated from the same models. Code is written against SQLite's, which offers less. */
function open(url: string): PrismaClient {
  if (databaseKind(url) === "sqlite") return new PrismaClient({ adapter: sqliteDriver(url) });
  return new PostgresqlClient({ adapter: postgresqlDriver(url) }) as unknown as PrismaClient;
}

/** The database. Connects at first use, so that a build needs none. */
export const db: PrismaClient = new Proxy({} as PrismaClient, {
  get: (_, property) => Reflect.get(connect(), property),
});

/**
 * The first row by the shortest way there is, for what every request reads. Times come as text or as Date, depending on
 * the database: pass them through `new Date`. Outside of any transaction.
 */
export async function readRow<Row>(query: Prisma.Sql): Promise<Row | undefined> {
  const read = readFile(env().DATABASE_URL, query);
  return read ? (read.row as Row | undefined) : (await db.$queryRaw<Row[]>(query))[0];
}
