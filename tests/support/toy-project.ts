import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/**
 * A stand-in for Next: it listens like Next, says so, and answers with its name. With TOY_PORT_LOST it acts as if another
 * program had taken the port meanwhile: there are answers, but Next has failed.
 */
const NEXT = `
const value = (name) => process.argv[process.argv.indexOf(name) + 1];
const server = require("node:http").createServer((request, response) => response.end("toy"));
server.listen(Number(value("--port")), value("--hostname"), () => {
  if (!process.env.TOY_PORT_LOST) return console.log("Ready in 1s");
  console.log("EADDRINUSE");
  setTimeout(() => process.exit(1), 500);
});
require("node:fs").writeFileSync("next.pid", String(process.pid));
`;
/** A stand-in for npm: installs the packages of package-lock.json one after the other. */
const NPM = `
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
for (const path of Object.keys(packages)) {
  mkdirSync(path, { recursive: true });
  writeFileSync(path + "/package.json", "{}");
  await sleep(100);
}
writeFileSync("node_modules/.package-lock.json", JSON.stringify({ packages }));
`;
const PREPARE = `console.log(JSON.stringify({ demo: { emails: ["toy@example.com"], password: "toy" } }));`;
/** Real packages that `npm run dev` itself needs. */
const REAL = ["@next/env", "jose", "oidc-provider", "tsx"];

export type ToyProject = {
  folder: string;
  /** Starts `npm run dev` there, as npm would. */
  dev(args?: string[], settings?: Record<string, string>): Running;
  remove(): void;
};
export type Running = {
  child: ChildProcess;
  output(): string;
  /** Resolves once it has printed this. @throws when it ends before, with all of its output */
  says(words: RegExp): Promise<RegExpMatchArray>;
  /** Its exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals | null>;
};

/** A project in a folder of its own with our `npm run dev`, in which Next, npm and the database are stand-ins. */
export function toyProject({ installed = true } = {}): ToyProject {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "latchkey-toy-"));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  cpSync("lib/cli", join(folder, "lib/cli"), { recursive: true });
  const packages = Object.fromEntries(
    Array.from({ length: 12 }, (_, n) => [`node_modules/package-${n}`, { version: `1.0.${n}` }]),
  );
  write("package.json", JSON.stringify({ type: "module", engines: { node: ">=20.19" } }));
  write("package-lock.json", JSON.stringify({ packages }));
  if (installed) write("node_modules/.package-lock.json", JSON.stringify({ packages }));
  write("npm.js", NPM);
  write("node_modules/next/dist/bin/next", NEXT);
  write("node_modules/prisma/build/index.js", "");
  write("prisma/client/README", "");
  write("lib/cli/prepare.ts", PREPARE);
  for (const name of REAL) {
    mkdirSync(dirname(join(folder, "node_modules", name)), { recursive: true });
    symlinkSync(resolve("node_modules", name), join(folder, "node_modules", name), "junction");
  }
  return {
    folder,
    dev: (args = [], settings = {}) => run(folder, args, settings),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function run(folder: string, args: string[], settings: Record<string, string>): Running {
  const { PATH = "", HOME = "", TMPDIR = tmpdir() } = process.env;
  const env = {
    PATH,
    HOME,
    TMPDIR,
    NODE_ENV: "development" as const,
    npm_execpath: join(folder, "npm.js"),
    ...settings,
  };
  // In a process group of its own, as in a terminal, so that a test finds the processes that it leaves behind.
  const child = spawn(process.execPath, ["lib/cli/dev.mjs", ...args], { cwd: folder, env, detached: true });
  let printed = "";
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      printed += chunk;
      for (const listener of listeners) listener();
    });
  const ended: Running["ended"] = new Promise((done) => child.once("close", (code, signal) => done(code ?? signal)));
  const says = (words: RegExp) =>
    new Promise<RegExpMatchArray>((found, fail) => {
      const look = () => {
        const match = printed.match(words);
        if (match) found(match);
      };
      listeners.add(look);
      look();
      ended.then(() => fail(new Error(`It ended without saying ${words}:\n${printed}`)));
    });
  return { child, output: () => printed, says, ended };
}

/** Whether any of the started processes is left. A dead process that the system has not yet removed does not count. */
export function isLeft({ child }: Running): boolean {
  const processes = execFileSync("ps", ["-eo", "pgid=,stat="], { encoding: "utf8" }).split("\n");
  return processes.some((line) => {
    const [group, state = ""] = line.trim().split(/\s+/);
    return Number(group) === child.pid && !state.startsWith("Z");
  });
}
