/** The two kinds of database that this project runs on. A database with PostgreSQL's protocol counts as PostgreSQL. */
export type DatabaseKind = "sqlite" | "postgresql";

/** Which kind an address (`DATABASE_URL`) names. */
export function databaseKind(url: string): DatabaseKind {
  return /^postgres(ql)?:/.test(url) ? "postgresql" : "sqlite";
}

/** Whether an address names a file, which this process opens itself. */
export function isFile(url: string): boolean {
  return url.startsWith("file:") && !url.includes(":memory:");
}

/** The path in a `file:` address. */
export function sqlitePath(url: string): string {
  return decodeURIComponent(url.replace(/^file:(\/\/)?|\?.*$/g, ""));
}
