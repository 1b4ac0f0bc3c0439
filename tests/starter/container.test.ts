import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, lstatSync, mkdtempSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildImage, type Image } from "@/tests/support/dockerfile";
import { type FakeResend, startFakeResend } from "@/tests/support/fake-resend";
import { cookiesOf, HttpClient } from "@/tests/support/http-client";
import { PASSWORD } from "@/tests/support/people";
import { processOwner } from "@/tests/support/postgresql-server";
import { freePort, serverSettings, untilReady } from "@/tests/support/server";

const MAX_BYTES = 250_000_000;
/** It installs packages and builds, which takes a busy machine ten minutes. */
const BUILD_WITHIN_MS = 30 * 60_000;

let box: string;
let image: Image;
let build: Image;
let resend: FakeResend;
beforeAll(async () => {
  box = mkdtempSync(join(tmpdir(), "latchkey-container-"));
  chmodSync(box, 0o755);
  resend = await startFakeResend();
  ({ image, build } = await buildImage(".", box, "MAIL_FROM=developer@example.com\n"));
}, BUILD_WITHIN_MS);
afterAll(async () => {
  await resend.close();
  for (const path of image ? entriesOf(image.root) : []) if (lstatSync(path).isDirectory()) chmodSync(path, 0o755);
  await rm(box, { recursive: true, force: true });
});

/** All in a folder, folders before what is in them. */
const entriesOf = (folder: string) => [
  folder,
  ...readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
];

test("what the Dockerfile leaves is small, has no secrets and no packages for building", () => {
  const entries = entriesOf(image.root);
  expect(entries.reduce((sum, path) => sum + lstatSync(path).size, 0)).toBeLessThan(MAX_BYTES);
  expect(
    entries.filter((path) => /\/\.env|\.db$|node_modules\/(typescript|esbuild|@next\/swc[^/]*|vitest)$/.test(path)),
  ).toEqual([]);
  expect(image.user).toBe("node");
});

test("it runs with node alone, as no one in particular, and writes only in its volume", async () => {
  for (const path of entriesOf(join(image.root, image.workdir)))
    if (!lstatSync(path).isSymbolicLink()) chmodSync(path, lstatSync(path).mode & 0o555);
  const [port, metricsPort] = [await freePort(), await freePort()];
  const url = `http://localhost:${port}`;
  const data = join(image.root, "data");
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: "production" as const,
    ...serverSettings(""),
    ...image.env,
    DATABASE_URL: image.env.DATABASE_URL?.replace("/data", data),
    ...{ APP_URL: url, PORT: String(port), RESEND_BASE_URL: resend.url, METRICS_PORT: String(metricsPort) },
  };
  const cwd = join(image.root, image.workdir);
  const [program = "", ...parameters] = image.command;
  const child = spawn(program, parameters, { cwd, env, ...processOwner(), stdio: "ignore" });
  try {
    await untilReady(`${url}/api/health`, child);
    await promisify(execFile)("sh", ["-c", image.healthCheck], { env });

    const visitor = new HttpClient(url);
    const email = "alice@example.com";
    const fields = { email, name: "Alice", password: PASSWORD, confirmPassword: PASSWORD };
    const registered = await visitor.submit("/register", "Create account", fields);
    const { code } = await resend.waitForMail(email);
    const confirmed = await new HttpClient(url, { cookie: cookiesOf(registered) }).submit("/verify-email", "Confirm", {
      code: code ?? "",
    });
    expect(confirmed.session).not.toBeNull();
    const alice = new HttpClient(url, { session: confirmed.session ?? "" });
    expect((await alice.get("/dashboard")).text).toContain("Alice");
    expect(readdirSync(data)).toContain("site.db");
    // As `docker compose run commands` does: the image has no commands.
    const give = `env --unset=NODE_ENV npm run user -- role ${email} admin`;
    await promisify(execFile)("sh", ["-c", give], { cwd: join(build.root, build.workdir), env });
    expect((await alice.get("/admin")).text).toContain(email);
    expect(await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()).toMatch(
      /^auth_sessions_begun_total.* 1$/m,
    );
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  } finally {
    child.kill("SIGKILL");
  }
});
