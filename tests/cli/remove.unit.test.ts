import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cutImports, cutMentions, cutStatements, cutVariable } from "@/lib/cli/cut.mjs";

describe("npm run remove", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "latchkey-remove-"));
    cpSync("lib/cli", join(folder, "lib/cli"), { recursive: true });
    mkdirSync(join(folder, "app/dev"), { recursive: true });
    writeFileSync(join(folder, "app/dev/page.tsx"), "");
    writeFileSync(join(folder, "package.json"), `{ "type": "module", "engines": { "node": ">=20.19" } }`);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const remove = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["lib/cli/remove.mjs", ...args], { cwd: folder });
    return { status, said: String(stdout) + stderr };
  };
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=Alice", "-c", "user.email=alice@example.com", ...args], { cwd: folder });

  test("names the parts there are when it is told none, or one that is none", () => {
    expect(remove()).toEqual({
      status: 1,
      said: expect.stringMatching(/^Say what to remove.*\n\n {2}medusa .*strapi/s),
    });
    expect(remove("dev", "constructor")).toEqual({ status: 1, said: expect.stringMatching(/no part "constructor"/) });
    expect(remove("dev", "--forced")).toEqual({
      status: 1,
      said: expect.stringMatching(/^There is no part "--forced"/),
    });
    expect(existsSync(join(folder, "app/dev"))).toBe(true);
  });

  test("has nothing to do where a part is not there", () => {
    expect(remove("admin")).toEqual({ status: 0, said: "admin is not here: there is nothing to remove.\n" });
  });

  test("refuses what git could not undo", () => {
    expect(remove("dev")).toEqual({ status: 1, said: expect.stringMatching(/no git repository.*--force\.\n$/) });
    git("init", "--quiet");
    git("add", "--all");
    git("commit", "--quiet", "--message", "All");
    writeFileSync(join(folder, "mine.txt"), "an hour of work");
    expect(remove("dev")).toEqual({ status: 1, said: expect.stringMatching(/not committed.*--force\.\n$/) });
    expect(existsSync(join(folder, "app/dev/page.tsx"))).toBe(true);
  });
});

describe("cutting", () => {
  test.each([
    ["a line", 'const a = [\n  "one",\n  "two",\n];\n', '"one"', 'const a = [\n  "two",\n];\n'],
    [
      "a function with its comment",
      "let a;\n\n/** Does. */\nfunction go(\n  x,\n) {\n  x();\n}\nlet b;\n",
      "function go",
      "let a;\n\nlet b;\n",
    ],
    ["a type", "type A = Pick<\n  B,\n> & {\n  c: 1;\n};\nlet b;\n", "type A", "let b;\n"],
    [
      "an object by its first line",
      "const a = [\n  {\n    name: 1,\n    do() {\n      x();\n    },\n  },\n];\n",
      "name: 1",
      "const a = [\n];\n",
    ],
    [
      "an element by its text",
      "  <a>\n    <p>\n      Words\n      <b />\n    </p>\n  </a>\n",
      "Words",
      "  <a>\n  </a>\n",
    ],
    ["an element", "  <A>\n    <B\n      c\n    />\n    <D />\n  </A>\n", "<B", "  <A>\n    <D />\n  </A>\n"],
  ])("takes %s", (_, text, words, left) => {
    expect(cutStatements(text, words)).toBe(left);
  });

  test("finds nothing where nothing is", () => {
    expect(cutStatements("let a;\n", "let b")).toBeNull();
  });

  test("takes imports of what is gone, of any length, and no others", () => {
    const text =
      'import { a } from "a";\nimport {\n  b,\n  c,\n} from "./gone";\nimport "./gone-too";\nexport { d } from "./gone";\n';
    expect(cutImports(text, (from: string) => from === "./gone")).toBe(
      'import { a } from "a";\nimport "./gone-too";\n',
    );
  });

  test("takes rows and items about files that are gone, and of a list of files only those", () => {
    const isGone = (path: string) => path.startsWith("gone/");
    const rows =
      "| a | b |\n|---|---|\n| x | `gone/1`, `here/2` |\n| y | `gone/1` |\n| [z](gone/README.md) | `here/2` |\n";
    expect(cutMentions(`${rows}- \`gone/1\`: an item\n\nText about \`gone/1\`.\n`, isGone)).toBe(
      "| a | b |\n|---|---|\n| x | `here/2` |\n\nText about `gone/1`.\n",
    );
  });

  test("takes a variable with its comment, unless the comment speaks of others too", () => {
    const text = "# Both\nA=\nB=\n\n# One\nC=\n";
    expect(cutVariable(text, "C")).toBe("# Both\nA=\nB=\n");
    expect(cutVariable(text, "A")).toBe("# Both\nB=\n\n# One\nC=\n");
  });
});
