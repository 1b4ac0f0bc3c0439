/** What a list may be asked for: by which fields a row must be how. `field` names one of the row, or does not. */
type Condition = { field: string; operator: string; values: string[] };

const OPERATORS: Record<string, (value: string, wanted: string[]) => boolean> = {
  $eq: (value, [wanted]) => value === wanted,
  $eqi: (value, [wanted = ""]) => value.toLowerCase() === wanted.toLowerCase(),
  $ne: (value, [wanted]) => value !== wanted,
  $in: (value, wanted) => wanted.includes(value),
  $notIn: (value, wanted) => !wanted.includes(value),
  $contains: (value, [wanted = ""]) => value.includes(wanted),
  $containsi: (value, [wanted = ""]) => value.toLowerCase().includes(wanted.toLowerCase()),
  $startsWith: (value, [wanted = ""]) => value.startsWith(wanted),
  $endsWith: (value, [wanted = ""]) => value.endsWith(wanted),
};

const FILTER = /^filters\[(\w+)\](?:\[(\$\w+)\])?(?:\[\d*\])?$/;

/** The conditions in `filters[field]`, `filters[field][$eq]` and `filters[field][$in][0]`; null for one in other words. */
function conditionsOf({ searchParams }: URL): Condition[] | null {
  const conditions = new Map<string, Condition>();
  for (const [key, value] of searchParams) {
    if (!key.startsWith("filters")) continue;
    const [, field, operator = "$eq"] = FILTER.exec(key) ?? [];
    if (!field || !Object.hasOwn(OPERATORS, operator)) return null;
    const known = conditions.get(field + operator) ?? { field, operator, values: [] };
    known.values.push(value);
    conditions.set(field + operator, known);
  }
  return [...conditions.values()];
}

/** Whether a row is what the query asks for; null where it asks by a field or in a way that is not known here. */
export function fits(row: Record<string, unknown>, url: URL): boolean | null {
  const conditions = conditionsOf(url);
  if (conditions?.every(({ field }) => Object.hasOwn(row, field)) !== true) return null;
  return conditions.every(({ field, operator, values }) => OPERATORS[operator]?.(String(row[field]), values));
}

/** The values of a parameter in each of the ways that clients write a list: `a=x,y`, `a[0]=x`, `a[x]=true`. */
export function listOf({ searchParams }: URL, name: string): string[] {
  return [...searchParams].flatMap(([key, value]) => {
    if (key === name || new RegExp(`^${name}\\[\\d*\\]$`).test(key)) return value.split(",");
    // Deeper, as in `a[x][populate]=y`: only that x is wanted, and never more of it than there is.
    const inside = key.match(/^(\w+)\[(\w+)\]/);
    return inside?.[1] === name && inside[2] ? [inside[2]] : [];
  });
}
