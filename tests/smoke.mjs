import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endChildren, endWithChildren, start } from "../lib/cli/processes.mjs";
import { at } from "../lib/cli/project.mjs";

// Starts the build with a new database and asks for /login: `node tests/smoke.mjs`. For systems on which not everything is run.

const READY_WITHIN_MS = 120_000;
const POLL_MS = 200;

const folder = mkdtempSync(join(tmpdir(), "smoke-"));
const cleanUp = () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
endWithChildren(cleanUp);

const port = await freePort();
const url = `http://localhost:${port}`;
const settings = {
  NODE_ENV: "production",
  APP_URL: url,
  PORT: String(port),
  AUTH_SECRET: "only-for-a-smoke-test-0123456789-abcdefghij",
  DATABASE_URL: `file:${join(folder, "smoke.db").replaceAll("\\", "/")}`,
  RESEND_API_KEY: "re_smoke",
  MAIL_FROM: "hello@example.com",
};
const server = start(process.execPath, [at("lib/server/start.mjs")], { env: { ...process.env, ...settings } });
const ended = server.ended.then(({ output }) => output);

const health = await Promise.race([answerOf("/api/health"), ended]);
const login = health instanceof Response ? await answerOf("/login") : null;
const page = (await login?.text()) ?? "";
const ok = login?.status === 200 && page.includes('name="password"');
console.log(ok ? `ok: ${url}/login has its form` : `not ok: ${login?.status ?? health}\n${page.slice(0, 2000)}`);
process.exitCode = ok ? 0 : 1;
await endChildren();
cleanUp();

/** The first answer that is no failure to connect. */
async function answerOf(path) {
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    const answer = await fetch(url + path).catch(() => null);
    if (answer) return answer;
  }
  return null;
}

async function freePort() {
  const probe = createServer().listen(0);
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
