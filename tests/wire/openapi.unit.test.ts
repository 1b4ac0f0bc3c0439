import path from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, test, vi } from "vitest";
import { CONTRACTS } from "@/app/openapi.json/contracts";
import type { Routes } from "@/lib/wire/router";
import { documents } from "@/tests/support/documents";
import { sourceFiles } from "@/tests/support/source-files";

const tables = vi.hoisted(() => [] as { prefix: string; routes: Routes }[]);

vi.mock("@/lib/wire/router", async (importOriginal) => {
  const original = await importOriginal<typeof import("@/lib/wire/router")>();
  const router: typeof original.router = (api, prefix, routes) => {
    tables.push({ prefix, routes });
    return original.router(api, prefix, routes);
  };
  return { ...original, router };
});

test("every route of every dialect is in a document, and nothing else is", async () => {
  for (const { name, imports } of sourceFiles("app"))
    if (imports.some(({ from }) => from.startsWith("lib/dialects/"))) await import(path.resolve(name));
  const routes = tables.flatMap(({ prefix, routes }) =>
    Object.keys(routes).map((route) => route.replace(" ", ` ${prefix}/`).replace(/\[(\w+)\]/g, "{$1}")),
  );
  const told = (await documents())
    .filter(({ address }) => address !== "/openapi.json")
    .flatMap(({ document }) =>
      Object.entries(document.paths).flatMap(([path, { parameters: _, ...methods }]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
      ),
    );
  expect(told.sort()).toEqual([...new Set(routes)].sort());
});

describe.each(Object.keys(CONTRACTS))("the document at %s", (address) => {
  const find = async () => (await documents()).find((one) => one.address === address) ?? expect.fail("is not there");

  test("is OpenAPI 3.1, by its own schema", async () => {
    const checker = await find();
    const { valid, errors } = await new Validator().validate(structuredClone(checker.document));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  test("has examples that fit what they are examples of", async () => {
    const checker = await find();
    const examples = checker.examples();
    expect(examples.length).toBeGreaterThan(10);
    const wrong = examples.map(({ pointer, value }) => {
      const problem = checker.problemOf(value, pointer);
      return problem && `${pointer}: ${problem} ${JSON.stringify(value)}`;
    });
    expect(wrong.filter(Boolean)).toEqual([]);
  });
});
