/** The two kinds of database this runs on. What speaks PostgreSQL's protocol is PostgreSQL here. */
export type DatabaseKind = "sqlite" | "postgresql";

/** Which kind an address (`DATABASE_URL`) names. */
export function databaseKind(url: string): DatabaseKind {
  return /^postgres(ql)?:/.test(url) ? "postgresql" : "sqlite";
}

/** Whether it names a file, which this process opens itself. */
export function isFile(url: string): boolean {
  return url.startsWith("file:") && !url.includes(":memory:");
}

/** The path in a `file:` address. */
export function sqlitePath(url: string): string {
  return decodeURIComponent(url.replace(/^file:(\/\/)?|\?.*$/g, ""));
}
