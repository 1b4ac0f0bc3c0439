import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

const DEBIAN = "/usr/lib/postgresql";
const CLUSTERS = "/etc/postgresql-common/createcluster.conf";

/** The folder of PostgreSQL's programs, the newest version's, or null when there is none. */
export function findPostgresql() {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(DEBIAN, version, "bin")),
    ...(process.env.PATH ?? "").split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres"))) ?? null;
}

/**
 * How to install PostgreSQL here, as commands to run one after the other; none where that is not ours to do.
 * Debian would start a server at once: it is told not to, since the tests start their own.
 */
export function installPostgresql() {
  if (findPostgresql() || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return [];
  if (!existsSync(CLUSTERS)) {
    mkdirSync(join(CLUSTERS, ".."), { recursive: true });
    writeFileSync(CLUSTERS, "create_main_cluster = false\n");
  }
  return [
    ["update"],
    ["install", "--yes", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold", "postgresql"],
  ];
}
