import { spawnSync } from "node:child_process";
import { createInterface } from "node:readline";

// Prisma generates one client per schema, and a schema names one kind of database. This generator of the first schema generates
// the second one's client, so that each `prisma generate` makes both. Generators talk JSON-RPC: questions on stdin, answers on
// stderr, one line each.
const PRISMA = "node_modules/prisma/build/index.js";
const ARGUMENTS = ["generate", "--schema", "prisma/postgresql/schema.prisma", "--no-hints"];

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method } = JSON.parse(line);
  const answer = (result) => process.stderr.write(`${JSON.stringify({ jsonrpc: "2.0", id, ...result })}\n`);
  if (method === "getManifest")
    answer({ result: { manifest: { prettyName: "PostgreSQL client", defaultOutput: "./client-postgresql" } } });
  else {
    const { status, stdout, stderr } = spawnSync(process.execPath, [PRISMA, ...ARGUMENTS], { encoding: "utf8" });
    answer(status === 0 ? { result: null } : { error: { code: -32000, message: stdout + stderr, data: null } });
  }
}
