import { build } from "esbuild";
import { at } from "../cli/project.mjs";

// The last step of `npm run build`: what migrates at a start, as plain JavaScript, in .next. It is no part of what Next
// built, because few starts need it, and it is large.

await build({
  absWorkingDir: at(),
  entryPoints: { migrate: "prisma/migrate-at-start.ts" },
  outdir: ".next",
  outExtension: { ".js": ".mjs" },
  bundle: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node20",
});
