import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Prometheus' server, with promtool beside it, or null when there is none. */
export function findPrometheus() {
  const folders = ["/usr/bin", ...(process.env.PATH ?? "").split(delimiter)];
  const folder = folders.find((one) => existsSync(join(one, "prometheus")) && existsSync(join(one, "promtool")));
  return folder ? join(folder, "prometheus") : null;
}
