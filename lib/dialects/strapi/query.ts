/** One condition of a list's query. `field` comes from the client, so the row may not have it. */
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

/** The conditions in `filters[field]`, `filters[field][$eq]` and `filters[field][$in][0]`; null if one has another form. */
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

/** Whether a row matches the query; null for a query with an unknown field or operator. */
export function fits(row: Record<string, unknown>, url: URL): boolean | null {
  const conditions = conditionsOf(url);
  if (conditions?.every(({ field }) => Object.hasOwn(row, field)) !== true) return null;
  return conditions.every(({ field, operator, values }) => OPERATORS[operator]?.(String(row[field]), values));
}

/** The values of a parameter, in all forms in which clients write a list: `a=x,y`, `a[0]=x`, `a[x]=true`. */
export function listOf({ searchParams }: URL, name: string): string[] {
  return [...searchParams].flatMap(([key, value]) => {
    if (key === name || new RegExp(`^${name}\\[\\d*\\]$`).test(key)) return value.split(",");
    // A deeper form, such as `a[x][populate]=y`, asks for x like the others: it gets no more of x.
    const inside = key.match(/^(\w+)\[(\w+)\]/);
    return inside?.[1] === name && inside[2] ? [inside[2]] : [];
  });
}
