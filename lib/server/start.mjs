import { existsSync } from "node:fs";
import { createRequire } from "node:module";

// `npm start`: runs what `npm run build` made of start.ts.

const built = new URL("../../.next/start.mjs", import.meta.url);
if (!existsSync(built)) {
  console.error("There is no build to serve: run npm run build first.");
  process.exit(1);
}
// Next takes the package where there is one: fifty files, 6 MB, for a site that need not be watched. Its own copy, one
// file, tells the same.
const require = createRequire(import.meta.url);
const copy = require.resolve("next/dist/compiled/@opentelemetry/api");
require(copy);
require.cache[require.resolve("@opentelemetry/api")] = require.cache[copy];
await import(built.href);
