import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { promisify } from "node:util";

/** The result of a Dockerfile's last stage: its root is a folder here. */
export type Image = {
  root: string;
  /** The folder that it starts in, within the root. */
  workdir: string;
  env: Record<string, string>;
  user: string;
  command: string[];
  healthCheck: string;
};

type Stage = Image & { name?: string };

/**
 * Carries out the lines of a Dockerfile, each stage in a folder of its own, without an engine and so without isolation. `RUN`
 * runs with the machine's own programs; a path like /app in it means the folder's.
 * @param context the project, without the files that .dockerignore names
 * @param box an empty folder
 * @param settings the text of a developer's .env.local, which lies beside what is built as it does outside of an image
 */
export async function buildImage(
  context: string,
  box: string,
  settings: string,
): Promise<{ image: Image; build: Image }> {
  const isIgnored = ignoredBy(readFileSync(join(context, ".dockerignore"), "utf8"));
  const stages: Stage[] = [];
  for (const line of readFileSync(join(context, "Dockerfile"), "utf8").split("\n")) {
    const [word = "", ...rest] = line.split(" ");
    const words = rest.join(" ");
    if (word === "" || word.startsWith("#")) continue;
    const stage = stages.at(-1);
    if (word === "FROM") stages.push(begin(join(box, String(stages.length)), rest[2]));
    else if (!stage) throw new Error(`Before any FROM: ${line}`);
    else if (word === "WORKDIR") enter(stage, words);
    else if (word === "COPY") {
      copy(stage, rest, stages, context, isIgnored);
      if (rest[0] === ".") writeFileSync(join(stage.root, stage.workdir, ".env.local"), settings);
    } else if (word === "RUN") await run(stage, words);
    else if (word === "ENV") for (const pair of rest) stage.env[pair.split("=")[0] ?? ""] = pair.replace(/^.*?=/, "");
    else if (word === "USER") stage.user = words;
    else if (word === "HEALTHCHECK") stage.healthCheck = words.replace(/^.* CMD /, "");
    else if (word === "CMD") stage.command = JSON.parse(words);
    else if (!["VOLUME", "EXPOSE"].includes(word)) throw new Error(`Not understood: ${line}`);
  }
  return { image: stages.at(-1) ?? expectStage(), build: stages.find(({ name }) => name === "build") ?? expectStage() };
}

function begin(root: string, name?: string): Stage {
  mkdirSync(root);
  return { root, name, workdir: "/", env: {}, user: "root", command: [], healthCheck: "" };
}

function enter(stage: Stage, workdir: string): void {
  stage.workdir = workdir;
  mkdirSync(join(stage.root, workdir), { recursive: true });
}

function expectStage(): never {
  throw new Error("The Dockerfile has no FROM");
}

function copy(stage: Stage, words: string[], stages: Stage[], context: string, isIgnored: (path: string) => boolean) {
  const from = words[0]?.match(/^--from=(.+)$/)?.[1];
  const sources = from ? words.slice(1, -1) : words.slice(0, -1);
  const base = from ? (stages.find(({ name }) => name === from)?.root ?? expectStage()) : context;
  const target = join(stage.root, resolve(stage.workdir, words.at(-1) ?? ""));
  for (const source of sources) {
    const path = join(base, source);
    const to = statSync(path).isDirectory() ? target : join(target, basename(path));
    cpSync(path, to, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => from !== undefined || !isIgnored(relative(context, file)),
    });
  }
}

async function run({ root, workdir }: Stage, command: string): Promise<void> {
  const here = command.replaceAll(/(?<=^|\s)\/(?=\w)/g, `${root}/`).replaceAll(/chown \w+ /g, "chmod 777 ");
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" as const };
  // An image has no NODE_ENV until it sets one.
  const without = ["-u", "NODE_ENV", "sh", "-c", here];
  await promisify(execFile)("env", without, { cwd: join(root, workdir), env, maxBuffer: 10_000_000 });
}

/** The patterns of .dockerignore that are names with stars in them; ours has no others. */
function ignoredBy(text: string): (path: string) => boolean {
  const patterns = text.trim().split("\n");
  const source = patterns.map((pattern) => pattern.replaceAll(".", "\\.").replaceAll("*", "[^/]*")).join("|");
  return (path) => new RegExp(`^(${source})(/|$)`).test(path);
}
