const HEADER = `// Derived from ../schema.prisma by \`npm run db:migrate\`: change that one. This is also where the migrations in this
// folder lead, and what the next one starts from.
`;

/**
 * The schema for PostgreSQL that matches the hand-written one for SQLite. Times stay TIMESTAMP without a zone, which is
 * Prisma's default: its driver adapter drops the offset of TIMESTAMPTZ, and so reads wrong times wherever the server's zone is
 * not UTC.
 */
export function derivePostgresqlSchema(schema: string): string {
  return schema
    .replace(/^(\/\/.*\n)*/, HEADER)
    .replace(/generator postgresql \{[^}]*\}\n\n/, "")
    .replace('output   = "./client"', 'output   = "../client-postgresql"')
    .replace('provider = "sqlite"', 'provider = "postgresql"')
    .replace(/^.*\/\/ sqlite: .*\n/gm, "")
    .replaceAll("// postgresql: ", "");
}
