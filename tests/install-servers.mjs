import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { endWithChildren, start } from "../lib/cli/processes.mjs";
import { limited } from "./support/limited.mjs";
import { findPgbouncer, findPostgresql } from "./support/postgresql.mjs";
import { findPrometheus } from "./support/prometheus.mjs";

// Installs the servers that tests start, where that is ours to do. Where it is not, those tests are left out.

/** By Debian's package: what finds its program, and what to lay first, since Debian would start each at once. */
const SERVERS = {
  postgresql: {
    find: findPostgresql,
    file: ["/etc/postgresql-common/createcluster.conf", "create_main_cluster = false\n"],
  },
  pgbouncer: { find: findPgbouncer, file: neverStarted("pgbouncer") },
  prometheus: { find: findPrometheus, file: neverStarted("prometheus") },
};

/** systemd's settings beside the package's own: a condition that is never met. */
function neverStarted(service) {
  return [`/etc/systemd/system/${service}.service.d/tests.conf`, "[Unit]\nConditionPathExists=/nowhere\n"];
}

const missing = () => Object.keys(SERVERS).filter((name) => !SERVERS[name].find());
endWithChildren();
if (missing().length > 0 && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
  for (const name of missing()) {
    const [file, text] = SERVERS[name].file;
    if (existsSync(file)) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  await limited(start("apt-get", ["update"]));
  const options = ["--yes", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold"];
  await limited(start("apt-get", ["install", ...options, ...missing()]));
}
for (const name of missing()) console.log(`- Tests on ${name}: skipped, it is not installed here`);
