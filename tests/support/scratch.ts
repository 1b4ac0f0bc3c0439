import { existsSync, mkdtempSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MEMORY_DISK = "/dev/shm";
const ENOUGH_BYTES = 512 * 1024 * 1024;

/**
 * Makes a folder for databases that need not outlive the test: in memory if there is room, because each commit to a disk waits
 * for it. Tests of crashes use a disk.
 */
export function scratchFolder(name: string): string {
  return mkdtempSync(join(hasRoom() ? MEMORY_DISK : tmpdir(), `latchkey-${name}-`));
}

function hasRoom(): boolean {
  if (!existsSync(MEMORY_DISK)) return false;
  const { bavail, bsize } = statfsSync(MEMORY_DISK);
  return bavail * bsize > ENOUGH_BYTES;
}
