import { build } from "esbuild";
import { at } from "../cli/project.mjs";

// The last step of `npm run build`: the production server and its worker as plain JavaScript, in .next. Compiled at
// each start, it would take as long as all else of a start.

await build({
  absWorkingDir: at(),
  entryPoints: ["lib/server/start.ts", "lib/server/clean-up-worker.mjs"],
  outdir: ".next",
  outExtension: { ".js": ".mjs" },
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node20",
});
