import { log } from "@/lib/log";

/** Lines that the code logged as security events. Kept here instead of printed; errors are printed as ever. */
const lines: Record<string, unknown>[] = [];
log.info = ((line: Record<string, unknown>) => void lines.push(line)) as typeof log.info;

/** The security events so far, oldest first; only those by one name when it is given. */
export function events(name?: string): Record<string, unknown>[] {
  return name ? lines.filter(({ event }) => event === name) : lines;
}
