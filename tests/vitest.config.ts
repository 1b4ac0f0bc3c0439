import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { findPostgresql } from "./support/postgresql.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const support = (name: string) => `${root}tests/support/${name}.ts`;
const below = (folder: string) => `tests/${folder}/**/*.test.{ts,tsx}`;

// What a file is, its name says: `.unit` needs no database, `.sqlite` and `.postgresql` are about one kind of database,
// `.timing` measures; a file by any other name is run on both kinds.
const UNIT = "tests/**/*.unit.test.{ts,tsx}";
const UPSTREAM = "tests/contract/*/upstream/**/*.test.ts";
const OWN_PROJECT = [UNIT, below("contract"), below("faults"), below("starter"), below("auth-provider/refine")];
const hasPostgresql = findPostgresql() !== null;

export default defineConfig({
  root,
  resolve: { alias: { "@": root } },
  test: {
    // A test that needs longer than this is stuck, also on a machine with ten times more to do than it can.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // By itself Vitest leaves one core to others, which is half of two.
    maxWorkers: "100%",
    // The first imports "next/server" without the extension, which Node itself does not resolve. The second must be loaded
    // anew with what loads it: its module holds one engine.
    server: { deps: { inline: ["next-auth", "@prisma/schema-engine-wasm"] } },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          isolate: false,
          include: [UNIT],
          setupFiles: [support("fresh-modules"), support("settings"), support("no-console-error")],
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          isolate: false,
          include: ["tests/**/*.test.ts"],
          exclude: [...OWN_PROJECT, "tests/**/*.postgresql.test.ts"],
          globalSetup: support("template-database"),
          setupFiles: [
            ...[support("fresh-modules"), support("settings"), support("database"), support("no-console-error")],
            support("documented-routes"),
          ],
        },
      },
      {
        extends: true,
        test: {
          name: "integration-postgresql",
          isolate: false,
          include: hasPostgresql ? ["tests/**/*.test.ts"] : [],
          exclude: [...OWN_PROJECT, "tests/**/*.sqlite.test.ts", "tests/**/*.timing.test.ts"],
          globalSetup: support("template-postgresql"),
          setupFiles: [support("fresh-modules"), support("settings"), support("database"), support("no-console-error")],
        },
      },
      {
        extends: true,
        test: {
          name: "hooks",
          include: [below("auth-provider/refine")],
          environment: "jsdom",
          globalSetup: support("template-database"),
          setupFiles: [support("settings"), support("database"), support("no-console-error")],
        },
      },
      {
        extends: true,
        test: {
          name: "faults",
          include: [below("faults")],
          setupFiles: [support("settings")],
          // One fault at a time, each with the machine to itself.
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
      // Copies of the project that are changed, or from which parts are removed: type-checked and built, they keep both
      // cores busy, and a disk too: the container's packages alone are 50,000 files to write and to remove.
      {
        extends: true,
        test: {
          name: "copies",
          include: [below("contract/deletable"), below("starter")],
          exclude: [UNIT],
          testTimeout: 10 * 60_000,
          hookTimeout: 10 * 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "contract",
          isolate: false,
          include: [below("contract")],
          exclude: [below("contract/deletable"), UPSTREAM],
          globalSetup: support("contract-server"),
          setupFiles: [support("fresh-modules"), support("settings"), support("contract")],
        },
      },
      // The cases of the suites that the other systems publish, against our production build.
      {
        extends: true,
        test: {
          name: "upstream",
          include: [UPSTREAM],
          globalSetup: support("contract-server"),
          setupFiles: [support("settings"), support("contract")],
        },
      },
    ],
  },
});
