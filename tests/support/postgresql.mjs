import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

const DEBIAN = "/usr/lib/postgresql";
const CLUSTERS = ["/etc/postgresql-common/createcluster.conf", "create_main_cluster = false\n"];
/** systemd's settings beside the package's own: a condition that is never met. */
const PGBOUNCER = ["/etc/systemd/system/pgbouncer.service.d/tests.conf", "[Unit]\nConditionPathExists=/nowhere\n"];

/** The folder of PostgreSQL's programs, the newest version's, or null when there is none. */
export function findPostgresql() {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(DEBIAN, version, "bin")),
    ...(process.env.PATH ?? "").split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres"))) ?? null;
}

/** PgBouncer's program, or null when there is none. */
export function findPgbouncer() {
  const folders = ["/usr/sbin", "/usr/bin", ...(process.env.PATH ?? "").split(delimiter)];
  return folders.map((folder) => join(folder, "pgbouncer")).find((file) => existsSync(file)) ?? null;
}

/**
 * How to install PostgreSQL and PgBouncer here, as commands to run one after the other; none where that is not ours to
 * do. Debian would start both at once: it is told not to, since the tests start their own.
 */
export function installPostgresql() {
  const missing = [...(findPostgresql() ? [] : ["postgresql"]), ...(findPgbouncer() ? [] : ["pgbouncer"])];
  if (missing.length === 0 || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return [];
  for (const [file, text] of [CLUSTERS, PGBOUNCER]) {
    if (existsSync(file)) continue;
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
  }
  return [
    ["update"],
    ["install", "--yes", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold", ...missing],
  ];
}
