import { defineConfig } from "prisma/config";

// `prisma generate` looks for the schema engine and downloads it when it is missing, but does not use it. Where
// downloads are not possible any existing file will do; for that one command only, so that `prisma migrate`, which
// does use the engine, still fetches the real one.
if (process.argv.includes("generate")) process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations", seed: "tsx prisma/seed.ts" },
  datasource: { url: process.env.DATABASE_URL ?? "file:./prisma/dev.db" },
});
