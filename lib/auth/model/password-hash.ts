import { AsyncLocalStorage } from "node:async_hooks";
import { createHmac } from "node:crypto";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { bcryptHash, bcryptMatches, costOf, decoyHash, HASHES_AT_ONCE, isUsableHash } from "./bcrypt";
import { networkOf } from "./network";
import type { Client } from "./principal";
import { workQueue } from "./work-queue";

/**
 * bcrypt reads at most 72 bytes and stops at NUL. Hashing first makes every byte of the password count. The key is a
 * constant, not a secret: rotating a secret must not lock people out. It is written as bytes so that renaming the project by
 * search and replace leaves it alone: with another key no stored password matches.
 */
const PREHASH_KEY = Buffer.from("6c617463686b65792f70617373776f72642f7631", "hex");
/** Marks hashes of the pre-hashed password; plain bcrypt brought from elsewhere has none. */
const PREHASH_MARK = "hs384:";
/** Marks what another hasher made. */
const OTHER_MARK = "other:";
/** About half a minute of work at cost 12. Beyond it the next caller is refused, which is better than a longer wait. */
const MAX_WAITING = 120;

const queued = workQueue("password-hash", { atOnce: HASHES_AT_ONCE, maxWaiting: MAX_WAITING });

/** Another way to keep passwords. What `hash` answers is stored as JSON. */
export type PasswordHasher = {
  hash(password: string): Promise<unknown>;
  verify(password: string, stored: never): Promise<boolean>;
};

const otherHasher = new AsyncLocalStorage<PasswordHasher>();

/**
 * Runs a story that sets or checks passwords with another hasher, without the story knowing. A password that was set this way
 * can be checked this way only. To use another hasher everywhere, edit this file.
 */
export function withHasher<T>(hasher: PasswordHasher | undefined, work: () => Promise<T>): Promise<T> {
  return hasher ? otherHasher.run(hasher, work) : work();
}

/** Unicode has several spellings of one letter, and keyboards differ in which they send (NIST SP 800-63B-4, 3.1.1.2). */
function prehash(password: string): string {
  return createHmac("sha384", PREHASH_KEY).update(password.normalize("NFKC")).digest("base64");
}

/**
 * Hashes a password for storage: `hs384:$2b$<cost>$…`.
 * @param client whose turn in the queue it takes; a command has none.
 * @throws {WorkQueueFull} when too many are waiting.
 */
export async function hashPassword(password: string, client?: Client): Promise<string> {
  const other = otherHasher.getStore();
  const network = client && networkOf(client);
  if (other) return OTHER_MARK + JSON.stringify(await queued(() => other.hash(password), network));
  return PREHASH_MARK + (await queued(() => bcryptHash(prehash(password), env().BCRYPT_COST), network));
}

/**
 * Whether the password matches. Without a stored hash (unknown user, user without a password) it does the same work
 * against a hash that nothing matches, so that the time does not tell which addresses have accounts. The same happens for
 * a stored hash that is broken, or costs more than the server can afford.
 * @param client whose turn in the queue it takes.
 * @throws {WorkQueueFull} when too many are waiting.
 */
export async function verifyPassword(password: string, stored: string | null, client?: Client): Promise<boolean> {
  const other = otherHasher.getStore();
  const network = client && networkOf(client);
  if (other && stored?.startsWith(OTHER_MARK)) {
    const hash = JSON.parse(stored.slice(OTHER_MARK.length)) as never;
    return queued(() => other.verify(password, hash), network);
  }
  const [typed, hash] = comparable(password, stored);
  return queued(() => bcryptMatches(typed, hash), network);
}

/** What bcrypt is to compare: the text that was hashed, and the hash, or a decoy. */
function comparable(password: string, stored: string | null): [text: string, hash: string] {
  const decoy = decoyHash(env().BCRYPT_COST);
  if (!stored || stored.startsWith(OTHER_MARK)) return [prehash(password), decoy];
  const isPrehashed = stored.startsWith(PREHASH_MARK);
  // bcrypt for Node writes $2b$; $2y$ is PHP's name for the same algorithm.
  const hash = isPrehashed ? stored.slice(PREHASH_MARK.length) : stored.replace(/^\$2y\$/, "$2b$");
  if (isUsableHash(hash)) return [isPrehashed ? prehash(password) : password, hash];
  log.error({ event: "password.hash_refused", cost: costOf(hash) }, "a stored password hash cannot be used");
  return [prehash(password), decoy];
}

/**
 * Whether a hash that just matched should be replaced: another cost than configured, or plain bcrypt. Not while another
 * hasher is in use: its hash would open nothing elsewhere, and the person signs in everywhere with this one.
 */
export function needsRehash(stored: string): boolean {
  if (stored.startsWith(OTHER_MARK) || otherHasher.getStore()) return false;
  return !stored.startsWith(PREHASH_MARK) || costOf(stored.slice(PREHASH_MARK.length)) !== env().BCRYPT_COST;
}
