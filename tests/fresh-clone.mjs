import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endChildren, endWithChildren, start } from "../lib/cli/processes.mjs";
import { at } from "../lib/cli/project.mjs";
import { followIdentity, followRecipes, lookAtRecipes } from "./starter/follow-recipes.mjs";
import { freePort, isFree, page, signIn } from "./support/newcomer.mjs";

// The newcomer's first minutes: clone into an empty folder, `npm run dev`, open /login, sign in as the demo user, stop,
// start again, and make it one's own as the documents say. Prints the Test Anything Protocol.

/** Longer than any step takes on a busy machine without a word. */
const MAX_SILENCE_MS = 400_000;
const POLL_MS = 200;
const NOT_FOR_A_NEWCOMER = /^(AUTH_|API_|RESEND_|MAIL_|PASSWORD_|TRUSTED_|BCRYPT_|DATABASE_URL|APP_URL|NODE_ENV|PORT)/;

const folder = mkdtempSync(join(tmpdir(), "latchkey-clone-"));
// The name that the README gives it. Biome's rules for Next read it as a part of each file's path.
const clone = join(folder, "app");
const cleanUp = () => rmSync(folder, { recursive: true, force: true });
endWithChildren(cleanUp);
let checks = 0;
try {
  await run();
} catch (error) {
  report(false, "it runs to its end", error.stack);
}
await endChildren();
cleanUp();
console.log(`1..${checks}`);

async function run() {
  copyProject();
  const port = await freePort();
  const url = `http://localhost:${port}`;

  const first = await runDev(port);
  report(
    first.printed.includes(`${url}/login`),
    "a fresh clone serves with one command, and says where",
    first.printed,
  );
  const [, email, password] = first.printed.match(/Sign in +.* (\S+@\S+), password (\S+)/) ?? [];
  report(Boolean(email && password), "it names the demo accounts", first.printed);
  const elsewhere = await fetch(`http://127.0.0.2:${port}/login`).catch(() => null);
  report(elsewhere === null, "it listens on one address of this machine only");
  const cookie = await signIn(url, { email, password });
  const dashboard = await page(`${url}/dashboard`, cookie);
  report(dashboard.includes(email), "the demo user signs in without JavaScript", dashboard.slice(0, 2000));
  await endChildren();
  report(await isFree(port), "told to stop, it leaves nothing running");

  const second = await runDev(port);
  report(!/Install|AUTH_SECRET|Generate/.test(second.printed), "a second run does no work twice", second.printed);
  report((await page(`${url}/dashboard`, cookie)).includes(email), "and has kept the session");
  const changed = existsSync(join(clone, ".git")) ? git("-C", clone, "status", "--porcelain") : "";
  report(changed === "", "running leaves no trace in git", changed);
  await followIdentity({ clone, url, cookie, report });
  killNext();
  const { code } = await second.dev.ended;
  report(code !== 0, "when Next dies, it ends too");
  const migration = await start("npm", ["run", "db:migrate", "--", "--name", "add_nothing"], { cwd: clone }).ended;
  report(
    migration.code === 0 && /schema.prisma says nothing.*client is generated/s.test(migration.output),
    "the README's command for a migration takes its name, and generates the client",
    migration.output,
  );
  await followCommands();
  await forgetMigration();
  await followRecipes({ clone, report });
  const third = await runDev(port);
  await lookAtRecipes({ clone, url, cookie, report, page, signIn, email, printed: third.printed });
}

/** The other commands of the README, with nothing filled in, and what a clone meets that has changed. */
async function followCommands() {
  const npm = (...args) => start("npm", args, { cwd: clone, env: newcomersEnv() }).ended;
  const says = async (words, ...args) => {
    const { code, output } = await npm(...args);
    report(code === 0 && words.test(output), `npm ${args.join(" ")}`, output);
  };
  await says(/demo accounts are there already/, "run", "db:seed");
  await says(/The new key is/, "run", "keys:rotate");
  await says(/user@example.com was user and is admin now/, "run", "user", "--", "role", "user@example.com", "admin");
  const ofDev = ["prisma/client", "prisma/client-postgresql", ".next", "next-env.d.ts"];
  for (const made of ofDev) rmSync(join(clone, made), { recursive: true, force: true });
  await says(/added 1 package/, "install", "clsx");
  if (existsSync(join(clone, ".git"))) {
    git("-C", clone, "-c", "user.name=Alice", "-c", "user.email=alice@example.com", "commit", "-qam", "Add clsx");
    await says(/All is well/, "run", "check");
  }
  const broken = join(clone, "tests/broken.unit.test.ts");
  writeFileSync(broken, "const count: number = 'none';\n");
  await says(/\/login/, "run", "build");
  rmSync(broken);
}

/** Adds a column, and starts without a migration. */
async function forgetMigration() {
  const schema = join(clone, "prisma/schema.prisma");
  const before = readFileSync(schema, "utf8");
  writeFileSync(schema, before.replace("  emailVerified ", "  nickname      String?\n  emailVerified "));
  const { code, output } = await start("npm", ["run", "dev"], { cwd: clone, env: newcomersEnv() }).ended;
  report(
    code === 1 && output.includes("npm run db:migrate -- --name"),
    "a missing migration stops dev in words",
    output,
  );
  writeFileSync(schema, before);
}

/** Kills Next's command, and the server that it has started, as a machine without memory does. */
function killNext() {
  const processes = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  const command = processes.find(([, , ...args]) => args.includes(join(clone, "node_modules/next/dist/bin/next")));
  const servers = processes.filter(([, parent]) => parent === command?.[0]);
  for (const [pid] of [command, ...servers]) process.kill(Number(pid), "SIGKILL");
}

function report(ok, name, details = "") {
  checks += 1;
  process.exitCode ||= ok ? 0 : 1;
  console.log(`${ok ? "ok" : "not ok"} ${checks} - ${name}`);
  if (!ok) console.log(details.replace(/^/gm, "# "));
}

/** What is committed; where there is no history, everything that is not made by running. */
function copyProject() {
  if (existsSync(at(".git"))) {
    git("clone", "--quiet", at("."), clone);
    return;
  }
  const made = /^(node_modules|\.next|\.env.*|\.output|client.*|.*\.db.*)$/;
  cpSync(at("."), clone, { recursive: true, filter: (path) => !made.test(basename(path)) || /\.example$/.test(path) });
}

function git(...args) {
  return execFileSync("git", args, { encoding: "utf8" });
}

function newcomersEnv() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !NOT_FOR_A_NEWCOMER.test(name)));
}

/** Runs `npm run dev` until it has said where it serves. */
async function runDev(port) {
  let printed = "";
  let heardAt = Date.now();
  const dev = start("npm", ["run", "dev"], {
    cwd: clone,
    env: { ...newcomersEnv(), PORT: String(port) },
    onOutput: (text) => {
      printed += text;
      heardAt = Date.now();
    },
  });
  while (!printed.includes("Sign in ")) {
    if (dev.exitCode !== null || Date.now() - heardAt > MAX_SILENCE_MS)
      throw new Error(`npm run dev did not get ready:\n${printed}`);
    await sleep(POLL_MS);
  }
  return { printed, dev };
}
