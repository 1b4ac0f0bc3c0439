/**
 * Waits for several reads at once, like `Promise.all`, and answers their values by name: a read can then be added or taken out
 * with one line.
 */
export async function allOf<Reads extends object>(
  reads: Reads,
): Promise<{ [Name in keyof Reads]: Awaited<Reads[Name]> }> {
  const named = async ([name, read]: [string, unknown]) => [name, await read];
  return Object.fromEntries(await Promise.all(Object.entries(reads).map(named)));
}
