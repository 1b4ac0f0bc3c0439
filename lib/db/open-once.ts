/**
 * The connection that is open to this address, or under way; else a new one. One that fails is forgotten, so that the next
 * question tries again.
 */
export function openOnce<T>(
  known: Map<string, Promise<T>>,
  url: string,
  open: (url: string) => Promise<T>,
): Promise<T> {
  const found = known.get(url);
  if (found) return found;
  const opened = open(url);
  known.set(url, opened);
  opened.catch(() => known.delete(url));
  return opened;
}
