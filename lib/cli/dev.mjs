import { readSettings } from "./dev-settings.mjs";
import { isSet, makeSecret } from "./env-files.mjs";
import { becomeOnlyOne } from "./only-one.mjs";
import { endChildren, endWithChildren, start } from "./processes.mjs";
import {
  at,
  generate,
  install,
  isGenerated,
  isInstalled,
  nodeProblem,
  productName,
  startBin,
  startTs,
} from "./project.mjs";
import { whichDatabase } from "./which-database.mjs";

/** What Next prints once it listens. Before that, an answer at this address comes from another program. */
const LISTENING = /\bReady in\b/;

const problem = nodeProblem();
if (problem) stop(problem);
endWithChildren();
let place = "it is about to start";
const other = await becomeOnlyOne(at("."), () => place);
if (other !== null) stop(`npm run dev runs in this folder already: ${other}`);

console.log(`\n  ${productName()}\n`);
if (!isInstalled()) await step("Install packages", install, "Check your connection, then run npm run dev again.");
if (!isSet("AUTH_SECRET", "development", at(".")))
  await step("Make AUTH_SECRET in .env.local", async () => void makeSecret(at(".")));
if (!isGenerated())
  await step("Generate the database client", generate, "Mend prisma/schema.prisma, then run npm run dev again.");

const settings = await readSettings().catch((error) => stop(error.message));
place = settings.url;
const demoProvider = startDemoProvider();
const prepared = await step(
  `Migrate and seed ${whichDatabase(settings.databaseUrl)}`,
  () => startTs("lib/cli/prepare.ts", [], { env: settings.env }).ended,
  "Mend what is said above, then run npm run dev again.",
);
const { demo, problem: demoProblem, unknown = [] } = JSON.parse(prepared.output.trim().split("\n").at(-1));
Object.assign(settings.env, await demoProvider);
let server;
const { output: complaint } = await step("Start", startNext, "Mend what is said above, then run npm run dev again.");
console.log(`${complaint}
  Open       ${settings.url}/login
  Sign in    ${demo ? `${demo.emails.join(" or ")}, password ${demo.password}` : demoProblem}
  Mail       ${settings.url}/dev/mailbox
${settings.note}${unknown.map((line) => `\n  ${line}\n`).join("")}`);
const { code } = await server.ended;
await endChildren();
process.exit(code);

/**
 * Prints the step's name and duration, and its output only if it failed.
 * @param {(say: (progress: string) => void) => Promise<{ code: number, output: string } | void>} work
 */
async function step(name, work, whatToDo = "") {
  const begun = performance.now();
  process.stdout.write(`  ${name} … `);
  const result = await work((progress) => process.stdout.write(progress));
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  if (result?.code) {
    process.stdout.write(`failed after ${seconds} s\n\n${result.output}\n`);
    await endChildren();
    stop(whatToDo);
  }
  process.stdout.write(`${seconds} s\n`);
  return result;
}

function stop(line) {
  console.error(line);
  process.exit(1);
}

/**
 * Starts the provider behind "Continue with Demo", and answers its settings. The button is missing when the provider does not
 * start, or when the browser is on another machine, which cannot reach it.
 * @returns {Promise<Record<string, string>>}
 */
function startDemoProvider() {
  if (!settings.url.startsWith("http://localhost:")) return Promise.resolve({});
  const redirectUris = ["/callback/demo", "/api/connect/demo/callback", "/auth/v1/callback"].map(
    (path) => settings.url + path,
  );
  return new Promise((resolve) => {
    const child = start(process.execPath, [at("lib/cli/demo-provider.mjs"), ...redirectUris], {
      onOutput(text) {
        const line = text.split("\n").find((candidate) => candidate.startsWith("{"));
        if (!line) return;
        const { issuer, clientId, clientSecret } = JSON.parse(line);
        resolve({ AUTH_DEMO_ID: clientId, AUTH_DEMO_SECRET: clientSecret, AUTH_DEMO_ISSUER: issuer });
      },
    });
    child.ended.then(() => resolve({}));
  });
}

/** Starts Next and waits until /login answers. Next's output is held back until then. */
async function startNext() {
  let held = "";
  let ready = false;
  let listens = () => {};
  const listening = new Promise((resolve) => {
    listens = () => resolve(undefined);
  });
  server = startBin("next/dist/bin/next", ["dev", "--hostname", settings.host, "--port", String(settings.port)], {
    env: { ...settings.env, ...(process.stdout.isTTY && { FORCE_COLOR: "1" }) },
    onOutput(text) {
      if (ready) process.stdout.write(text);
      else held += text;
      if (LISTENING.test(held)) listens();
    },
  });
  const address = `http://${settings.reachableHost}:${settings.port}/login`;
  const works = listening
    .then(() => fetch(address, { redirect: "manual" }))
    .then(
      ({ status }) => ({ code: 0, output: status < 500 ? "" : `\n${held}` }),
      () => ({ code: 0, output: `\n${held}` }),
    );
  const result = await Promise.race([works, server.ended.then(({ output }) => ({ code: 1, output }))]);
  ready = true;
  return result;
}
