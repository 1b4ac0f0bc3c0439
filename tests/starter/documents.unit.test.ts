import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const FOLDERS = [".ci", ".github", "app", "emails", "lib", "prisma", "tests"];
const GENERATED = /^(prisma\/client|prisma\/.*\.db|tests\/\.output)/;

/** All files and folders of the project, as documents name them. */
const NAMES = [
  ...readdirSync("."),
  ...FOLDERS.flatMap((folder) => [
    folder,
    ...readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) =>
      path.posix.join(folder, name.replaceAll(path.sep, "/")),
    ),
  ]),
].filter((name) => !GENERATED.test(name));

type Document = { name: string; folder: string; text: string; prose: string; code: string };

/** `code` is what stands in backticks and fences, without what recipes write; `prose` is the rest, with links. */
const DOCUMENTS: Document[] = NAMES.filter((name) => name.endsWith(".md")).map((name) => {
  const text = readFileSync(name, "utf8");
  const withoutDiffs = text.replace(/^```diff\n[\s\S]*?^```$/gm, "");
  const fences = withoutDiffs.match(/^```\w*\n[\s\S]*?^```$/gm) ?? [];
  const prose = withoutDiffs.replace(/^```\w*\n[\s\S]*?^```$/gm, "");
  const spans = [...prose.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span);
  return { name, folder: path.posix.dirname(name), text, prose, code: [...spans, ...fences].join("\n") };
});

/** Whether there is such a file or folder; `*` and `<name>` stand for one part of a path, `**` for any number. */
function exists(wanted: string): boolean {
  const pattern = wanted
    .replace(/\/$/, "")
    .replace(/[.+()[\]]/g, "\\$&")
    .replace(/\*\*\/|\*|<\w+>/g, (part) => (part === "**/" ? "(.*/)?" : "[^/]*"));
  const whole = new RegExp(`^${pattern}$`);
  return NAMES.some((name) => whole.test(name));
}

const slug = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

/** The anchors of a document's headings. */
function anchors(name: string): string[] {
  const text = readFileSync(name, "utf8").replace(/^```[\s\S]*?^```$/gm, "");
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => slug(heading));
}

describe.each(DOCUMENTS.map((document) => [document.name, document] as const))("%s", (name, document) => {
  test("leads somewhere with every link", () => {
    const links = [...document.prose.matchAll(/\]\(([^)]+)\)|(?:src|srcset)="([^"]+)"/g)].map(
      ([, a, b]) => a ?? b ?? "",
    );
    const dead = links.filter((link) => {
      if (/^https:/.test(link)) return false;
      const [file = "", anchor] = link.split("#");
      const target = file ? path.posix.join(document.folder, file) : name;
      return !existsSync(target) || (anchor !== undefined && !anchors(target).includes(anchor));
    });
    expect(dead).toEqual([]);
  });

  test("names files and folders that are there", () => {
    const paths =
      document.code.match(/(?<![\w/.@-])(?:\.github|\.ci|app|emails|lib|prisma|tests)\/[\w./()[\]*<>-]*/g) ?? [];
    const alone = document.code.match(/^[\w-]+\.(ts|tsx|mjs|css|json|md)$/gm) ?? [];
    const missing = [
      ...paths.map((found) => found.replace(/[.)]+$/, (end) => (end.includes(")") && found.includes("(") ? end : ""))),
      ...alone.filter((found) => !existsSync(path.posix.join(document.folder, found))),
    ].filter((found) => !exists(found));
    expect(missing).toEqual([]);
  });

  test("names commands that there are", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
    const named = [...document.text.matchAll(/npm run ([a-z][\w:-]*)/g)].map(([, script = ""]) => script);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });

  test("names variables that .env.example has", () => {
    const { prose, code } = document;
    const named =
      `${prose}\n${code}`.match(/\b(APP|API|AUTH|BCRYPT|DATABASE|MAIL|PASSWORD|RESEND|TRUSTED)_[A-Z_]+\b/g) ?? [];
    const known = [...VARIABLES, ...OF_ANY_PROVIDER];
    expect(named.filter((variable) => !known.includes(variable) && !/^AUTH_\w+_(ID|SECRET)$/.test(variable))).toEqual(
      [],
    );
  });
});

const VARIABLES = [...readFileSync(".env.example", "utf8").matchAll(/^([A-Z][A-Z_]+)=/gm)].map(([, name = ""]) => name);
const OF_ANY_PROVIDER = ["AUTH_OIDC_ISSUER", "AUTH_OIDC_NAME"];
/** Read by others than us. */
const OF_NEXT = ["NEXT_SERVER_ACTIONS_ENCRYPTION_KEY"];
/** Set by Next, and by tests. */
const NOT_FOR_PEOPLE = ["NODE_ENV", "RESEND_BASE_URL"];

describe(".env.example", () => {
  const [, schema = ""] =
    readFileSync("lib/env.ts", "utf8").match(/const schema = \(\) =>\n {2}z\.object\(\{\n([\s\S]*?)^ {2}\}\);/m) ?? [];
  const ofRooms = NAMES.filter((name) => /^lib\/\w+\/settings\.ts$/.test(name)).map((name) =>
    readFileSync(name, "utf8"),
  );
  const read = [...[schema, ...ofRooms].join("\n").matchAll(/^ {2,4}([A-Z][A-Z_]+):/gm)].map(([, name = ""]) => name);

  test("has every variable that is read", () => {
    expect(read.length).toBeGreaterThan(15);
    expect(read.filter((name) => !VARIABLES.includes(name) && !NOT_FOR_PEOPLE.includes(name))).toEqual([]);
  });

  test("has no variable that nothing reads", () => {
    const commands = NAMES.filter((name) => /^lib\/cli\/.*\.(ts|mjs)$/.test(name)).map((name) =>
      readFileSync(name, "utf8"),
    );
    const known = [...read, ...OF_NEXT, ...OF_ANY_PROVIDER];
    const unread = VARIABLES.filter((name) => !known.includes(name) && !/^AUTH_\w+_(ID|SECRET)$/.test(name));
    expect(unread.filter((name) => !commands.some((text) => new RegExp(`\\b${name}\\b`).test(text)))).toEqual([]);
  });
});
