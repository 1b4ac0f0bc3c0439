import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { findPostgresql } from "./support/postgresql.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const support = (name: string) => `${root}tests/support/${name}.ts`;
const files = (folder: string) => [`tests/${folder}/**/*.test.{ts,tsx}`];

/** Not again on PostgreSQL: what is about SQLite's own ways, and what measures time. */
const SQLITE_ONLY = ["migrate", "sqlite-lock", "login-timing"].map((name) => `tests/integration/${name}.test.ts`);
const hasPostgresql = findPostgresql() !== null;

export default defineConfig({
  root,
  resolve: { alias: { "@": root } },
  test: {
    // A test that needs longer than this is stuck, also on a busy machine.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // By itself Vitest leaves one core to others, which is half of two.
    maxWorkers: "100%",
    // It imports "next/server" without the extension, which Node itself does not resolve.
    server: { deps: { inline: ["next-auth"] } },
    projects: [
      {
        extends: true,
        test: { name: "unit", include: files("unit"), setupFiles: [support("settings"), support("no-console-error")] },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: files("integration"),
          globalSetup: support("template-database"),
          setupFiles: [support("settings"), support("database"), support("no-console-error")],
        },
      },
      {
        extends: true,
        test: {
          name: "integration-postgresql",
          include: hasPostgresql ? [...files("integration"), ...files("postgresql")] : [],
          exclude: SQLITE_ONLY,
          globalSetup: support("template-postgresql"),
          setupFiles: [support("settings"), support("database"), support("no-console-error")],
        },
      },
      {
        extends: true,
        test: {
          name: "hooks",
          include: files("hooks"),
          environment: "jsdom",
          globalSetup: support("template-database"),
          setupFiles: [support("settings"), support("database"), support("no-console-error")],
        },
      },
      {
        extends: true,
        test: {
          name: "faults",
          include: files("faults"),
          setupFiles: [support("settings")],
          // One fault at a time, each with the machine to itself.
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "contract",
          include: files("contract"),
          globalSetup: support("contract-server"),
          setupFiles: [support("settings"), support("contract")],
        },
      },
    ],
  },
});
