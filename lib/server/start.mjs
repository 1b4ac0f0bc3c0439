import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import module from "node:module";
import nextEnv from "@next/env";
import { runCompiled } from "./compiled-code.mjs";
import { giveMemoryBack, whenIdle } from "./rest.mjs";

// `npm start` makes Next load its build, which includes serve.ts, and lets that serve the site. Our own code is
// compiled and loaded once this way, with the pages.

if (!existsSync(".next/migrate.mjs")) {
  console.error("There is no build to serve: run npm run build first.");
  process.exit(1);
}
process.env.NODE_ENV = "production";
nextEnv.loadEnvConfig(process.cwd(), false, { info: () => {}, error: console.error });

// The folder is our own: a shared one could hold another user's code.
const keepCompiled = runCompiled(".next/cache/compiled-code");

// Next loads this package if it is installed: fifty files, 6 MB, also for a site without metrics and traces. Next's own copy,
// one file, does the same.
const require = module.createRequire(import.meta.url);
const copy = require.resolve("next/dist/compiled/@opentelemetry/api");
require(copy);
require.cache[require.resolve("@opentelemetry/api")] = require.cache[copy];

// Gives Next the settings of the build, as the server does that Next writes for containers. So next.config.mjs is not read
// again, and packages that only a build needs may be missing.
const { config } = JSON.parse(readFileSync(".next/required-server-files.json", "utf8"));
process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(config);
// Next's messages during loading are for its developers.
const { log } = console;
console.log = () => {};
const { default: next } = await import("next");
const { APP_URL = "", PORT } = process.env;
const hostname = URL.canParse(APP_URL) ? new URL(APP_URL).hostname : "localhost";
// Next takes over connections that ask for an upgrade, on the server that we name or else on ours. We name one that never
// listens.
const app = next({ dev: false, port: Number(PORT) || undefined, hostname, httpServer: createServer() });
// instrumentation.ts hands `serve` over. It may run after Next says that it is prepared.
const handedOver = new Promise((resolve) => {
  globalThis[Symbol.for("app.npm-start")] = resolve;
});
await app.prepare();
const serve = await handedOver;
console.log = log;
await serve(app, () => import("../../.next/migrate.mjs"));
whenIdle(async () => {
  await keepCompiled?.();
  giveMemoryBack();
});
