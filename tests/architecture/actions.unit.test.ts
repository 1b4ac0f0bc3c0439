import { describe, expect, test } from "vitest";
import { type SourceFile, sourceFile } from "@/tests/support/source-files";
import { FILES, namesOf } from "./project";

const actions = FILES.filter(({ code }) => /^\s*["']use server["']/m.test(code));
const OF_VISITORS = "app/(auth)/actions.ts";
const SIGN_IN_BY_PASSKEY = "app/(auth)/passkeys/actions.ts";
const STOP_FACTOR_RESET = "app/(auth)/stop-factor-reset/actions.ts";
const AS_METHODS = "lib/auth-provider/actions.ts";
/** How each action of a file must be made, so that the same checks run before anything else. */
const MADE_BY: Record<string, RegExp> = {
  [OF_VISITORS]: /^export const \w+ = (providerAction|visitorAction)\(/,
  [SIGN_IN_BY_PASSKEY]: /^export const \w+ = visitorAction\(/,
  [STOP_FACTOR_RESET]: /^export const \w+ = visitorAction\(/,
  [AS_METHODS]:
    /^export async function \w+\([^)]*\) \{\s*return (authProvider\.\w+\((params)?\)|buttonsOfProviders\(\));\s*\}\s*$/,
};
const ASKS_WHO_CALLS = /^export const \w+ = (signedInAction|holderAction)\(/;

/** The exports that are made in another way: "export async function x(form) { …". */
function offences({ code }: SourceFile, madeBy: RegExp): string[] {
  return code
    .split(/^(?=export\b)/m)
    .slice(1)
    .filter((one) => !madeBy.test(one) || /\),\s*\w+ = /.test(one));
}

describe("server actions", () => {
  test("live in few files, which say so in their first line", () => {
    const expected = [
      "app/(app)/account/activity/actions.ts",
      "app/(app)/account/avatar/actions.ts",
      "app/(app)/actions.ts",
      "app/(auth)/authenticator/actions.ts",
      OF_VISITORS,
      SIGN_IN_BY_PASSKEY,
      STOP_FACTOR_RESET,
      "app/(auth)/passkeys/holder-actions.ts",
      "app/admin/actions.ts",
      "app/admin/factor-reset/actions.ts",
      AS_METHODS,
    ];
    // Some actions go with the story or the part that they belong to.
    const others = namesOf(actions).filter((name) => !expected.includes(name));
    expect(others, "anyone can call an action: move these to app/(app)/actions.ts, or add their file above").toEqual(
      [],
    );
    for (const { code } of actions) expect(code.trimStart()).toMatch(/^"use server";/);
  });

  test("of the signed-in ask who is calling before anything else", () => {
    const ofTheSignedIn = actions.filter(({ name }) => !(name in MADE_BY));
    expect(namesOf(ofTheSignedIn)).toContain("app/(app)/actions.ts");
    for (const file of ofTheSignedIn)
      expect(offences(file, ASKS_WHO_CALLS), `${file.name}: each must be made by signedInAction(`).toEqual([]);
  });

  test("of visitors parse before anything else", () => {
    const ofVisitors = actions.filter(({ name }) => name in MADE_BY);
    expect(namesOf(ofVisitors)).toEqual(expect.arrayContaining([OF_VISITORS, AS_METHODS]));
    for (const file of ofVisitors) {
      expect(file.code, file.name).toMatch(/^export\b/m);
      expect(offences(file, MADE_BY[file.name] ?? /^$/), file.name).toEqual([]);
    }
  });

  test("are told under their own names to those who watch the site", () => {
    const named = /^export const (\w+)Action = (?:signedIn|holder|visitor)Action\(\s*"([^"]*)"/gm;
    const names = actions.flatMap(({ code }) => [...code.matchAll(named)].map(([, name, story]) => ({ name, story })));
    const all = actions.flatMap(({ code }) => code.match(/ = (signedIn|holder|visitor)Action\(/g) ?? []);
    expect(all.length).toBeGreaterThan(15);
    expect(names).toHaveLength(all.length);
    const wordsOf = (name = "") => name.replace(/(?=[A-Z])/g, " ").replace(/^./, (first) => first.toUpperCase());
    expect(names.filter(({ name, story }) => story !== wordsOf(name))).toEqual([]);
  });

  test("are refused by these rules when they are made otherwise", () => {
    const good = 'export const a = signedInAction("A", X, work);\n';
    const late = "export async function b(form: F) {\n  await save(form);\n  return signedInAction(X)(form);\n}\n";
    const own = "export const c = async (form: F) => save(form);\n";
    const wrapped = 'export const d = saved(signedInAction("D", X, work));\n';
    const second = 'export const e = signedInAction("E", X, work), f = async (form: F) => save(form);\n';
    const found = offences(sourceFile("app/x/actions.ts", good + late + own + wrapped + second), ASKS_WHO_CALLS);
    expect(found).toEqual([late, own, wrapped, second]);
  });
});
