/** The verb of a statement and the table it is about. */
export type SqlLabels = { "db.operation.name": string; "db.collection.name": string };

const KNOWN_TEXTS = 1_000;
const VERB = /^\s*([a-z]+)/i;
const TABLE = /\b(?:FROM|INTO|UPDATE|JOIN)\s+(?:[`"]?(?:public|main)[`"]?\.)?[`"](\w+)[`"]/i;

const known = new Map<string, SqlLabels>();

/** The labels of a statement: never its text, which may hold a value. */
export function sqlLabels(sql: string): SqlLabels {
  const found = known.get(sql);
  if (found) return found;
  const labels = {
    "db.operation.name": VERB.exec(sql)?.[1]?.toUpperCase() ?? "OTHER",
    "db.collection.name": TABLE.exec(sql)?.[1] ?? "none",
  };
  if (known.size < KNOWN_TEXTS) known.set(sql, labels);
  return labels;
}
