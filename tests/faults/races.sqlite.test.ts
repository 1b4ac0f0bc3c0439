import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { guessRaces } from "@/tests/support/guess-races";
import { migratedDatabase } from "@/tests/support/migrated-database";
import { raceArena } from "@/tests/support/race-arena";
import { races } from "@/tests/support/races";

const folder = mkdtempSync(join(tmpdir(), "latchkey-races-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const arena = raceArena(async () => {
  process.env.DATABASE_URL = `file:${migratedDatabase(join(folder, "app.db"))}`;
});
races(arena);
guessRaces(arena);
