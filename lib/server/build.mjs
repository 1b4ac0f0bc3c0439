import { build } from "esbuild";
import { at } from "../cli/project.mjs";

// The last step of `npm run build` compiles the code that migrates at a start to plain JavaScript in .next. Next's build leaves
// it out, because it is large and few starts need it.

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
