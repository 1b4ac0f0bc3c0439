import path from "node:path";
import { expect, test, vi } from "vitest";
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
