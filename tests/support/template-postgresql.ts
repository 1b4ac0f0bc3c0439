import type { TestProject } from "vitest/node";
import { migrate } from "@/prisma/migrate";
import { findPostgresql } from "./postgresql.mjs";
import { startPostgresql } from "./postgresql-server";

/** Like template-database.ts, on a PostgreSQL of our own. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!findPostgresql()) {
    console.log("PostgreSQL is not installed here: the tests that need it are skipped.");
    return undefined;
  }
  const server = await startPostgresql(["max_connections=300"]);
  await server.run("CREATE DATABASE template");
  await migrate(server.url("template"));
  project.provide("templateDatabase", server.url("template"));
  return () => server.remove();
}
