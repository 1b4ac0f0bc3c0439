import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { edited, readRecipes } from "./recipes.mjs";

const RECIPES = readRecipes(".");
const current = (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : null);

// `npm run test:clone` follows them in a clone and looks at what they lead to.
describe("a recipe", () => {
  test.each(RECIPES.map((recipe) => [recipe.name, recipe] as const))("fits the files as they are: %s", (_, recipe) => {
    expect(recipe.edits.length + recipe.commands.length + recipe.settings.length).toBeGreaterThan(0);
    for (const edit of recipe.edits) expect(() => edited(current(edit.path), edit)).not.toThrow();
  });

  test("fits beside the others", () => {
    const files = new Map<string, string | null>();
    const edits = RECIPES.flatMap((recipe) => recipe.edits);
    for (const edit of edits) {
      const before = files.has(edit.path) ? (files.get(edit.path) ?? null) : current(edit.path);
      expect(() => files.set(edit.path, edited(before, edit))).not.toThrow();
    }
  });

  test("that fits no more is refused in words, and one that was followed is not", () => {
    const edit = { path: "lib/a.ts", before: "  old\n", after: "  new\n" };
    expect(edited("first\n  old\nlast\n", edit)).toBe("first\n  new\nlast\n");
    expect(edited("  old\n", edit)).toBe("  new\n");
    expect(edited("  new\n", edit)).toBe("  new\n");
    for (const text of [null, "", "old\n", "  old\n  old\n", "a  old\n"])
      expect(() => edited(text, edit)).toThrow(/does not fit lib\/a\.ts.*delete tests\/starter/s);
    expect(() => edited("x", { ...edit, before: "" })).toThrow(/does not fit/);
  });
});
