import { readSource, type SourceFile, sourceFiles } from "@/tests/support/source-files";

/** All files that are built or run. */
export const FILES = [...sourceFiles("app", "lib", "emails", "prisma"), readSource("proxy.ts")];

export const within = (name: string, ...places: string[]) =>
  places.some((place) => name === place || name.startsWith(`${place}/`));

export const namesOf = (found: SourceFile[]) => found.map(({ name }) => name).sort();

/** The files whose code matches. */
export const saying = (pattern: RegExp, of: SourceFile[] = FILES) =>
  namesOf(of.filter(({ code }) => pattern.test(code)));

const EVENTS = ["mail", "emails", "queue", "store", "model", "db", "lib", "telemetry"];
const AUTH = ["steps", "stories", "events", ...EVENTS];

/** The rooms of the house, and the other rooms that each may reach, also through others. */
export const MAY_REACH: Record<string, string[]> = {
  lib: ["db", "telemetry"],
  telemetry: ["lib"],
  db: ["lib", "telemetry"],
  emails: ["lib", "telemetry"],
  model: ["lib", "telemetry"],
  store: ["model", "db", "lib", "telemetry"],
  queue: ["model", "db", "lib", "telemetry"],
  mail: ["emails", "queue", "store", "model", "db", "lib", "telemetry"],
  events: EVENTS,
  steps: ["events", ...EVENTS],
  stories: ["steps", "events", ...EVENTS],
  oauth: AUTH,
  wire: AUTH,
  dialects: ["wire", "oauth", ...AUTH],
  web: ["wire", "oauth", ...AUTH],
  "auth-provider": ["web", "wire", "oauth", ...AUTH],
  app: ["auth-provider", "dialects", "web", "wire", "oauth", ...AUTH],
  cli: ["prisma", "oauth", ...AUTH],
  server: ["cli", "prisma", "wire", "oauth", ...AUTH],
  prisma: ["cli", "store", "model", "db", "lib", "telemetry"],
};

/** The room of a file, by its path. Null for a package and for code that Prisma generates. */
export function roomOf(name: string): string | null {
  if (within(name, "prisma/client", "prisma/client-postgresql")) return null;
  if (name === "proxy.ts" || name === "instrumentation.ts") return "app";
  if (within(name, "app", "emails", "prisma")) return name.split("/")[0] ?? null;
  if (!within(name, "lib")) return null;
  const [, folder, inside] = name.split("/");
  if (inside === undefined) return "lib";
  if (folder !== "auth") return folder ?? null;
  // A story of several files has a folder, so that it can be deleted as one.
  return ["model", "store", "steps"].includes(inside) ? inside : "stories";
}
