import { spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { findPgbouncer } from "./postgresql.mjs";
import { processOwner } from "./postgresql-server";
import { freePort } from "./server";

const READY_WITHIN_MS = 10_000;

/** Starts a PgBouncer in transaction mode before the database of this address. `url` connects through it. */
export async function startPgbouncer(database: string): Promise<{ url: string; stop(): Promise<void> }> {
  const program = findPgbouncer();
  if (!program) throw new Error("There is no PgBouncer on this machine");
  const { hostname, port: serverPort, username, password } = new URL(database);
  const owner = processOwner();
  const folder = mkdtempSync(join(tmpdir(), "latchkey-pgbouncer-"));
  const port = await freePort();
  const [settings, users] = [join(folder, "pgbouncer.ini"), join(folder, "users")];
  writeFileSync(users, `"${username}" "${password}"\n`);
  writeFileSync(
    settings,
    `[databases]
* = host=${hostname} port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = 5
`,
  );
  for (const path of [folder, settings, users]) chownSync(path, owner.uid, owner.gid);
  const child = spawn(program, ["--quiet", settings], { ...owner, cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const printed: string[] = [];
  child.stderr.on("data", (chunk) => printed.push(String(chunk)));
  const url = Object.assign(new URL(database), { port: String(port) }).href;
  for (const deadline = Date.now() + READY_WITHIN_MS; ; await sleep(50)) {
    if (await answers(url)) break;
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`PgBouncer did not start:\n${printed.join("")}`);
  }
  return {
    url,
    async stop() {
      child.kill("SIGINT");
      if (child.exitCode === null) await once(child, "exit");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("SELECT 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
