import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
/** Files that a copy of the project does not need. */
const LEFT_OUT = /^(node_modules|\.next|\.git|\.env.*|tests\/\.output)$/;

const CHECKED_PAGE = `import { requirePrincipal } from "@/lib/web/current-principal";

export default async function Page() {
  const { email } = await requirePrincipal();
  return <p>{email}</p>;
}
`;
const UNCHECKED_PAGE = `export default async function Page() {
  return <p>alice@example.com</p>;
}
`;
const FLOOR_FILES: Record<string, string> = {
  "app/layout.tsx": `export default function Layout({ children }) {
  return <html lang="en"><body>{children}</body></html>;
}
`,
  "app/page.tsx": `export default function Page() {
  return <p>Hello</p>;
}
`,
  "next.config.mjs": `export default { turbopack: { root: import.meta.dirname }, typescript: { ignoreBuildErrors: true } };
`,
};

/**
 * Builds the measured apps in copies, so that the project itself stays as it is: this app with one page in three ways, checked
 * by the proxy and by itself, unchecked, and behind a proxy that does nothing; and an app that is one page without code.
 * @param app an empty folder
 * @param floor another, for the second app: inside the first, Next would run the first app's proxy and instrumentation for it
 */
export function prepare(app: string, floor: string): void {
  cpSync(ROOT, app, { recursive: true, filter: (path) => !LEFT_OUT.test(path.slice(ROOT.length + 1)) });
  copyPackages(app);
  edit(join(app, "proxy.ts"), [
    ["const PROTECTED = [", 'const PROTECTED = ["/bench/checked", '],
    [
      "const { pathname, search } = request.nextUrl;",
      '$&\n  if (pathname === "/bench/bare") return NextResponse.next();',
    ],
  ]);
  edit(join(app, "lib/server/front.ts"), [
    ["Object.assign(req.headers, nonceHeaders(", 'if (req.url !== "/bench/bare") $&'],
  ]);
  edit(join(app, "next.config.mjs"), [["export default {", "$& typescript: { ignoreBuildErrors: true },"]]);
  write(app, {
    "app/bench/checked/page.tsx": CHECKED_PAGE,
    "app/bench/unchecked/page.tsx": UNCHECKED_PAGE,
    "app/bench/bare/page.tsx": UNCHECKED_PAGE,
  });
  build(app);
  execFileSync(process.execPath, [join(app, "lib/server/build.mjs")]);
  write(floor, FLOOR_FILES);
  copyPackages(floor);
  build(floor);
}

/** Links each file where that is possible: Turbopack follows no link out of its root, and a real copy is a gigabyte. */
function copyPackages(app: string): void {
  const [from, to] = [join(ROOT, "node_modules"), join(app, "node_modules")];
  try {
    execFileSync("cp", ["-al", from, to], { stdio: "ignore" });
  } catch {
    cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  }
}

function edit(file: string, changes: [from: string, to: string][]): void {
  let text = readFileSync(file, "utf8");
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`${file} has no "${from}" any more: mend tests/bench/prepare.ts`);
    text = text.replace(from, to);
  }
  writeFileSync(file, text);
}

function write(folder: string, files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

function build(folder: string): void {
  const env = { ...process.env, NODE_ENV: "production" as const, NEXT_TELEMETRY_DISABLED: "1" };
  const next = join(folder, "node_modules/next/dist/bin/next");
  execFileSync(process.execPath, [next, "build", folder], { env, cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}
