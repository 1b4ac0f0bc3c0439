import { endWithChildren, start } from "../lib/cli/processes.mjs";
import { limited } from "./support/limited.mjs";
import { findPostgresql, installPostgresql } from "./support/postgresql.mjs";

// Installs PostgreSQL and PgBouncer for the tests where that is ours to do. Where it is not, the tests on it are left out.

endWithChildren();
for (const args of installPostgresql()) await limited(start("apt-get", args));
if (!findPostgresql()) console.log("- Tests on PostgreSQL: skipped, it is not installed here");
