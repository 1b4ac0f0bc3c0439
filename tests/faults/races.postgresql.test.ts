import { afterAll, describe } from "vitest";
import { migrate } from "@/prisma/migrate";
import { guessRaces } from "@/tests/support/guess-races";
import { findPostgresql } from "@/tests/support/postgresql.mjs";
import { type PostgresqlServer, startPostgresql } from "@/tests/support/postgresql-server";
import { raceArena } from "@/tests/support/race-arena";
import { races } from "@/tests/support/races";

describe.skipIf(!findPostgresql())("on PostgreSQL", () => {
  let server: PostgresqlServer;
  afterAll(() => server?.remove());

  const arena = raceArena(async () => {
    server = await startPostgresql();
    await server.run("CREATE DATABASE app");
    process.env.DATABASE_URL = server.url("app");
    await migrate();
  });
  races(arena);
  guessRaces(arena);
});
