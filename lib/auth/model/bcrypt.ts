import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import bcrypt from "bcrypt";
import { runOnThread } from "./threads";

// On libuv's threads, where bcrypt runs by itself, hashes take the cores from the pages; with fewer of those threads sign-ins
// would be slow on an idle machine. So hashes run on our own threads of lower priority.
const WORKER = "bcrypt-worker.mjs";
export const HASHES_AT_ONCE = availableParallelism();
/** Below this cost a hash takes less time than waking a thread. Only tests use such costs. */
const CHEAP_COST = 8;
/** bcrypt's own least cost, and the most that BCRYPT_COST may be. Each step doubles the work: 15 takes seconds, 20 minutes. */
const USABLE_COSTS = { min: 4, max: 15 };
const HASH = /^\$2[ab]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const DIGEST_CHARACTERS = 31;

/** The bcrypt hash of a password at this cost. Callers run no more than `HASHES_AT_ONCE` at a time. */
export async function bcryptHash(password: string, cost: number): Promise<string> {
  if (cost < CHEAP_COST) return bcrypt.hash(password, cost);
  try {
    return String(await runOnThread(WORKER, ["hashSync", password, cost]));
  } catch {
    return bcrypt.hash(password, cost);
  }
}

/** Whether the hash is the password's. False, without any work, for a hash that is not `isUsableHash`. */
export async function bcryptMatches(password: string, hash: string): Promise<boolean> {
  if (!isUsableHash(hash)) return false;
  if (costOf(hash) < CHEAP_COST) return bcrypt.compare(password, hash);
  try {
    return (await runOnThread(WORKER, ["compareSync", password, hash])) === true;
  } catch {
    return bcrypt.compare(password, hash);
  }
}

/** Whether this is a bcrypt hash of a cost that the server can afford: one of cost 20 would hold a core for minutes. */
export function isUsableHash(hash: string): boolean {
  const cost = costOf(hash);
  return cost >= USABLE_COSTS.min && cost <= USABLE_COSTS.max;
}

/** The cost of a bcrypt hash, which is the logarithm of its work; infinite for any other text. */
export function costOf(hash: string): number {
  return Number(HASH.exec(hash)?.[1] ?? Number.POSITIVE_INFINITY);
}

/** A hash of this cost that no password has: 184 random bits stand where the digest would. Takes no work to make. */
export function decoyHash(cost: number): string {
  const digest = randomBytes(DIGEST_CHARACTERS).toString("base64url").slice(0, DIGEST_CHARACTERS);
  return bcrypt.genSaltSync(cost) + digest.replaceAll("-", ".").replaceAll("_", "/");
}
