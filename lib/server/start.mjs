import { existsSync } from "node:fs";

// `npm start`: runs what `npm run build` made of start.ts.

const built = new URL("../../.next/start.mjs", import.meta.url);
if (!existsSync(built)) {
  console.error("There is no build to serve: run npm run build first.");
  process.exit(1);
}
await import(built.href);
