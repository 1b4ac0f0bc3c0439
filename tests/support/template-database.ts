import { rmSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { migratedDatabase } from "./migrated-database";
import { scratchFolder } from "./scratch";

declare module "vitest" {
  interface ProvidedContext {
    /** The migrated, empty database. Every test file gets a copy of it. */
    templateDatabase: string;
  }
}

/** Migrates once; a copy takes a millisecond. */
export default function setup(project: TestProject): () => void {
  const directory = scratchFolder("test");
  project.provide("templateDatabase", migratedDatabase(join(directory, "template.db")));
  return () => rmSync(directory, { recursive: true, force: true });
}
