import { readFileSync } from "node:fs";
import type { TestProject } from "vitest/node";
import { migrate } from "@/prisma/migrate";
import { findPostgresql } from "./postgresql.mjs";
import { SITE_ROLE, startPostgresql } from "./postgresql-server";

/** Like template-database.ts, on a PostgreSQL of our own. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!findPostgresql()) {
    console.log("PostgreSQL is not installed here: the tests that need it are skipped.");
    return undefined;
  }
  const server = await startPostgresql(["max_connections=300"]);
  await server.run("CREATE DATABASE template");
  // Made before the first migration, to show that later migrations come with the same rights.
  await server.run(`CREATE ROLE ${SITE_ROLE} LOGIN PASSWORD '${SITE_ROLE}'`);
  const grants = readFileSync("prisma/postgresql/grants.sql", "utf8").replaceAll(':"role"', SITE_ROLE);
  for (const grant of grants.split(";").filter((statement) => /^[A-Z]/m.test(statement)))
    await server.run(grant, "template");
  await migrate(server.url("template"));
  project.provide("templateDatabase", server.url("template"));
  return () => server.remove();
}
