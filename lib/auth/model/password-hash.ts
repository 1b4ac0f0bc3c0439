import { AsyncLocalStorage } from "node:async_hooks";
import { createHmac } from "node:crypto";
import bcrypt from "bcrypt";
import PQueue from "p-queue";
import { env } from "@/lib/env";
import { bcryptHash, bcryptMatches, HASHES_AT_ONCE } from "./bcrypt";

/**
 * bcrypt reads at most 72 bytes and stops at NUL. Hashing first makes every byte of the password count. The key is a
 * constant, not a secret: rotating a secret must lock nobody out.
 */
const PREHASH_KEY = "latchkey/password/v1";
/** Marks hashes of the pre-hashed password; plain bcrypt brought from elsewhere has none. */
const PREHASH_MARK = "hs384:";
const PLAIN_BCRYPT = /^\$2[aby]\$/;
/** Marks what another hasher made. */
const OTHER_MARK = "other:";
/** About half a minute of work at cost 12; whoever comes later is better off being told so. */
const MAX_WAITING = 120;

/** The queue is full. Becomes a 503 with Retry-After at every surface. */
export class HashQueueFull extends Error {
  override name = "HashQueueFull";
}

// One for all bundles of the process.
const shared = globalThis as typeof globalThis & { latchkeyHashQueue?: PQueue };
shared.latchkeyHashQueue ??= new PQueue({ concurrency: HASHES_AT_ONCE });
const queue = shared.latchkeyHashQueue;

async function queued<T>(work: () => Promise<T>): Promise<T> {
  if (queue.size >= MAX_WAITING) throw new HashQueueFull();
  return queue.add(work);
}

/** Another way to keep passwords. What `hash` answers is stored as JSON. */
export type PasswordHasher = {
  hash(password: string): Promise<unknown>;
  verify(password: string, stored: never): Promise<boolean>;
};

const otherHasher = new AsyncLocalStorage<PasswordHasher>();

/**
 * Does work that sets and checks passwords with another hasher, so that the verbs need not know of it. What is set this
 * way can be checked this way only: everywhere else it fits no password. For another hasher everywhere, edit this file.
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
 * @throws {HashQueueFull} when too many are waiting.
 */
export async function hashPassword(password: string): Promise<string> {
  const other = otherHasher.getStore();
  if (other) return OTHER_MARK + JSON.stringify(await queued(() => other.hash(password)));
  return PREHASH_MARK + (await queued(() => bcryptHash(prehash(password), env().BCRYPT_COST)));
}

/**
 * Whether the password matches. Without a stored hash (unknown user, user without a password) it does the same work
 * against a hash that nothing matches, so that the time tells nobody which addresses have accounts.
 * @throws {HashQueueFull} when too many are waiting.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  if (stored?.startsWith(PREHASH_MARK)) {
    const hash = stored.slice(PREHASH_MARK.length);
    return queued(() => bcryptMatches(prehash(password), hash));
  }
  if (stored && PLAIN_BCRYPT.test(stored)) {
    // bcrypt for Node writes $2b$; $2y$ is PHP's name for the same algorithm.
    const hash = stored.replace(/^\$2y\$/, "$2b$");
    return queued(() => bcryptMatches(password, hash));
  }
  const other = otherHasher.getStore();
  if (other && stored?.startsWith(OTHER_MARK)) {
    const hash = JSON.parse(stored.slice(OTHER_MARK.length)) as never;
    return queued(() => other.verify(password, hash));
  }
  const decoy = await decoyHash();
  await queued(() => bcryptMatches(prehash(password), decoy));
  return false;
}

/** Whether a hash that just matched should be replaced: another cost than configured, or plain bcrypt. */
export function needsRehash(stored: string): boolean {
  if (stored.startsWith(OTHER_MARK)) return false;
  if (!stored.startsWith(PREHASH_MARK)) return true;
  return bcrypt.getRounds(stored.slice(PREHASH_MARK.length)) !== env().BCRYPT_COST;
}

let decoy: Promise<string> | undefined;
/** A hash of the configured cost that is made once; what it was made from is not kept. */
function decoyHash(): Promise<string> {
  decoy ??= bcryptHash(crypto.randomUUID(), env().BCRYPT_COST);
  return decoy;
}
