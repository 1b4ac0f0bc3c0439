import { log } from "@/lib/log";

/** Lines that the code logged as security events. They are kept here instead of printed; errors are still printed. */
const lines: Record<string, unknown>[] = [];
log.info = ((line: Record<string, unknown>) => void lines.push(line)) as typeof log.info;

/** The security events so far, oldest first, or only those of one name. */
export function events(name?: string): Record<string, unknown>[] {
  return name ? lines.filter(({ event }) => event === name) : lines;
}
