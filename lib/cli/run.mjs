import { pathToFileURL } from "node:url";
import { at, generate, isGenerated, isInstalled, nodeProblem } from "./project.mjs";

// `node lib/cli/run.mjs prisma/seed.ts …`: runs a command that is written in TypeScript, also right after `npm ci`, when the
// database client is not generated yet. It imports no dependencies before it knows that they are installed.

const [file, ...args] = process.argv.slice(2);
const problem =
  nodeProblem() ?? (isInstalled() ? null : "The packages are not those of package-lock.json: run npm ci.");
if (problem) stop(problem);
if (!isGenerated()) {
  const { code, output } = await generate();
  if (code !== 0) stop(output);
}
process.argv = [process.argv[0], at(file), ...args];
await import("tsx");
await import(pathToFileURL(at(file)).href);

function stop(line) {
  console.error(line);
  process.exit(1);
}
