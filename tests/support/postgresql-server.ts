import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PrismaPg } from "@prisma/adapter-pg";
import { findPostgresql } from "./postgresql.mjs";
import { freePort } from "./server";

const USER = "latchkey";
/** The role of the site in integration tests: it has the rights of grants.sql, and owns nothing. */
export const SITE_ROLE = "site";
const UNPRIVILEGED = "nobody";
const READY_WITHIN_MS = 30_000;
/** The data is thrown away, so nothing needs to survive a power cut. */
const HASTY = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

export type PostgresqlServer = {
  /** Address of a database on it. */
  url(database: string): string;
  /** Runs one statement as the owner, and returns the rows as arrays. */
  run(sql: string, database?: string): Promise<unknown[][]>;
  /** Starts it again with the same data, on the same port. */
  start(): Promise<void>;
  /** Ends it: `SIGINT` interrupts its work, `SIGQUIT` ends it like a crash. */
  stop(signal?: "SIGINT" | "SIGQUIT"): Promise<void>;
  /** Freezes all its processes, or lets them go on. */
  freeze(): void;
  thaw(): void;
  /** Starts a standby that follows it, on a port of its own. `SELECT pg_promote()` makes that one take writes. */
  standby(): Promise<PostgresqlServer>;
  /** Ends it and deletes its files. */
  remove(): Promise<void>;
};

/** The folder of a server, and its owner's password. */
type Place = { folder: string; data: string; secret: string; settings: string[] };

/**
 * Starts a PostgreSQL of our own in a temporary folder, reachable on a free port of this machine only. It refuses to
 * run as root, so that root lets an unprivileged user run it.
 */
export async function startPostgresql(settings: string[] = []): Promise<PostgresqlServer> {
  const place = { ...newPlace(), secret: randomBytes(16).toString("hex"), settings };
  const password = join(place.folder, "password");
  writeFileSync(password, place.secret);
  own(password);
  const initial = ["--pgdata", place.data, "--username", USER, "--pwfile", password];
  runProgram("initdb", place.folder, [
    ...initial,
    ...["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
  ]);
  return startAt(place);
}

function newPlace(): Pick<Place, "folder" | "data"> {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-postgresql-"));
  const data = join(folder, "data");
  mkdirSync(data, { mode: 0o700 });
  own(folder);
  own(data);
  return { folder, data };
}

function programPath(name: string): string {
  const programs = findPostgresql();
  if (!programs) throw new Error("There is no PostgreSQL on this machine");
  return join(programs, name);
}

function runProgram(name: string, cwd: string, parameters: string[]): void {
  execFileSync(programPath(name), parameters, { ...processOwner(), cwd, stdio: ["ignore", "ignore", "inherit"] });
}

function own(path: string): void {
  const { uid, gid } = processOwner();
  chownSync(path, uid, gid);
}

async function startAt(place: Place): Promise<PostgresqlServer> {
  const { folder, data, secret, settings } = place;
  const port = await freePort();
  const address = [`port=${port}`, "listen_addresses=127.0.0.1", `unix_socket_directories=${folder}`];
  const options = [...address, ...HASTY, ...settings].flatMap((setting) => ["-c", setting]);
  const url = (database: string) => `postgresql://${USER}:${secret}@127.0.0.1:${port}/${database}`;
  let child: ChildProcess | undefined;

  const server: PostgresqlServer = {
    url,
    run: (sql, database = "postgres") => runOnce(url(database), sql),
    async start() {
      const printed: string[] = [];
      const started = spawn(programPath("postgres"), ["-D", data, ...options], {
        ...processOwner(),
        cwd: folder,
        stdio: ["ignore", "ignore", "pipe"],
      });
      started.stderr.on("data", (chunk) => printed.push(String(chunk)));
      child = started;
      for (const deadline = Date.now() + READY_WITHIN_MS; ; await sleep(50)) {
        if (await server.run("SELECT 1").catch(() => null)) return;
        if (started.exitCode !== null || Date.now() > deadline)
          throw new Error(`PostgreSQL did not start:\n${printed.join("")}`);
      }
    },
    async stop(signal = "SIGINT") {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await once(child, "exit");
    },
    freeze: () => signalAll(child, "SIGSTOP"),
    thaw: () => signalAll(child, "SIGCONT"),
    async standby() {
      const copy = newPlace();
      const from = ["--dbname", url("postgres"), "--pgdata", copy.data];
      runProgram("pg_basebackup", copy.folder, [...from, "--write-recovery-conf", "--checkpoint=fast", "--no-sync"]);
      return startAt({ ...place, ...copy });
    },
    async remove() {
      server.thaw();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

export function processOwner(): { uid: number; gid: number } {
  const { uid, gid } = userInfo();
  if (uid !== 0) return { uid, gid };
  const id = (kind: string) => Number(execFileSync("id", [kind, UNPRIVILEGED], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** The server is one process that starts one for each connection. */
function signalAll(parent: ChildProcess | undefined, signal: "SIGSTOP" | "SIGCONT"): void {
  if (!parent?.pid || parent.exitCode !== null || parent.signalCode !== null) return;
  if (signal === "SIGSTOP") parent.kill(signal);
  const children = execFileSync("ps", ["-o", "pid=", "--ppid", String(parent.pid)], { encoding: "utf8" });
  for (const pid of children.match(/\d+/g) ?? []) signalOne(Number(pid), signal);
  if (signal === "SIGCONT") parent.kill(signal);
}

function signalOne(pid: number, signal: "SIGSTOP" | "SIGCONT"): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // The process of a connection ends with the connection, also between the listing and the signal.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

async function runOnce(url: string, sql: string): Promise<unknown[][]> {
  const connection = await new PrismaPg({ connectionString: url, max: 1 }).connect();
  try {
    return (await connection.queryRaw({ sql, args: [], argTypes: [] })).rows;
  } finally {
    await connection.dispose();
  }
}
