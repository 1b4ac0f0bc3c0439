import { afterAll, describe } from "vitest";
import { migrate } from "@/prisma/migrate";
import { killAnywhere } from "@/tests/support/kill-anywhere";
import { findPostgresql } from "@/tests/support/postgresql.mjs";
import { type PostgresqlServer, startPostgresql } from "@/tests/support/postgresql-server";

describe.skipIf(!findPostgresql())("on PostgreSQL", () => {
  let server: PostgresqlServer;
  afterAll(() => server?.remove());

  killAnywhere(async () => {
    server = await startPostgresql();
    await server.run("CREATE DATABASE app");
    process.env.DATABASE_URL = server.url("app");
    await migrate();
  });
});
