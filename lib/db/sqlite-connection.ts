import Database from "libsql";
import { sqlitePath } from "./kind";

/** How long libSQL may wait for another process's lock. It waits on the main thread, and so do all requests. */
export const BUSY_BLINK_MS = 5;
/** Prisma writes the same few dozen statements again and again. */
const MAX_PREPARED = 200;
const SQLITE_CANTOPEN = 14;
const SQLITE_MISUSE = 21;
const WRITES = /^\s*(INSERT|UPDATE|DELETE|REPLACE)\b|^\s*WITH\b.*\b(INSERT|UPDATE|DELETE)\b/is;

export type Statement = { sql: string; args: unknown[] };
export type ResultSet = { columns: string[]; columnTypes: string[]; rows: unknown[][]; rowsAffected: number };

/**
 * One connection to a SQLite file. `@libsql/client` would leave each transaction's connection and each prepared statement open
 * until garbage collection, which does not know their size.
 */
export class SqliteConnection {
  #database: Database.Database;
  #prepared = new Map<string, Database.Statement>();

  /**
   * @param url `file:…`
   * @param busyMs how long a statement, and with it this thread, waits for another process's lock.
   * @throws {SqliteError} when the file cannot be opened.
   */
  constructor(url: string, busyMs: number) {
    this.#database = open(sqlitePath(url), busyMs);
    // A commit waits for the disk, so that an answered write survives a power cut and not only the end of the process.
    this.#database.exec("PRAGMA synchronous = FULL");
    this.#database.exec("PRAGMA foreign_keys = ON");
  }

  /** libSQL ends the process when a closed connection is used, as by a transaction whose turn comes late. */
  get #open(): Database.Database {
    if (this.#database.open) return this.#database;
    throw new Database.SqliteError("The connection is closed", "SQLITE_MISUSE", SQLITE_MISUSE);
  }

  get inTransaction(): boolean {
    return this.#database.open && this.#database.inTransaction;
  }

  /** Runs one statement. A statement that writes gets a transaction of its own, unless one is under way. */
  execute(statement: Statement): ResultSet {
    if (this.inTransaction || !WRITES.test(statement.sql)) return this.#run(statement);
    this.begin();
    try {
      const result = this.#run(statement);
      this.commit();
      return result;
    } finally {
      this.rollback();
    }
  }

  /**
   * Takes the lock for writing at once. Taken at the first write, it fails when another process has written since the first
   * read, and waiting does not help. A statement that met a lock would also stay unfinished, and no transaction on its
   * connection could be committed; `exec` finishes its own.
   */
  begin(): void {
    this.#open.exec("BEGIN IMMEDIATE");
  }

  commit(): void {
    this.#database.exec("COMMIT");
  }

  /** Does nothing without a transaction: SQLite itself ends one when the disk is full or broken. */
  rollback(): void {
    if (this.inTransaction) this.#database.exec("ROLLBACK");
  }

  /** Runs a script of several statements, like a migration. */
  executeScript(sql: string): void {
    this.#database.exec(sql);
  }

  close(): void {
    this.#prepared.clear();
    this.#database.close();
  }

  #run({ sql, args }: Statement): ResultSet {
    const prepared = this.#prepare(sql);
    // A boolean makes libSQL end the process.
    const values = args.map((arg) => (typeof arg === "boolean" ? Number(arg) : arg));
    if (!prepared.reader) return { columns: [], columnTypes: [], rows: [], rowsAffected: prepared.run(values).changes };
    const rows = prepared.all(values) as unknown[][];
    const columns = prepared.columns();
    return {
      columns: columns.map(({ name }) => name),
      columnTypes: columns.map(({ type }) => type ?? ""),
      rows: rows.map((row) => row.map(plain)),
      rowsAffected: 0,
    };
  }

  #prepare(sql: string): Database.Statement {
    const known = this.#prepared.get(sql);
    if (known) return known;
    const statement = this.#open.prepare(sql);
    if (statement.reader) statement.raw(true);
    const [oldest] = this.#prepared.keys();
    if (oldest !== undefined && this.#prepared.size >= MAX_PREPARED) this.#prepared.delete(oldest);
    this.#prepared.set(sql, statement);
    return statement;
  }
}

/** Opens a file. libSQL's error for one that cannot be opened has no code, only words. */
function open(path: string, busyMs: number): Database.Database {
  try {
    return new Database(path, { timeout: busyMs });
  } catch (cause) {
    throw Object.assign(new Database.SqliteError(String(cause), "SQLITE_CANTOPEN", SQLITE_CANTOPEN), { cause });
  }
}

/** Bytes as Prisma's adapter takes them. */
function plain(value: unknown): unknown {
  return Buffer.isBuffer(value) ? Uint8Array.from(value).buffer : value;
}
