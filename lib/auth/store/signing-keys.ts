import { setTimeout as sleep } from "node:timers/promises";
import { exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import { randomToken, seal, unseal } from "@/lib/auth/model/secrets";
import { db } from "@/lib/db";
import { currentTransaction } from "@/lib/db/transaction-context";
import { singleton } from "@/lib/singleton";
import { SESSION_ABSOLUTE_DAYS } from "@/lib/validity";
import type { SigningKey } from "@/prisma/client/client";

export const SIGNING_ALGORITHM = "ES256";
/** Keys rarely change: a process reads them again after this time, or when it meets a token of an unknown key. */
const CACHE_MS = 60_000;
/** Tokens can name any key, so unknown ones cause no more than one read in this time. */
const MIN_BETWEEN_READS_MS = 1_000;
/** A retired key is published until the last token it signed has expired. Those that live longest live as long as a session can. */
const RETIRED_DAYS = SESSION_ABSOLUTE_DAYS + 1;
const SEAL_PURPOSE = "signing-key/v1";
const KID_CHARACTERS = 16;
const KID = new RegExp(`^[\\w-]{${KID_CHARACTERS}}$`);

/** `privateKey` is null for a retired key, and for one that AUTH_SECRET no longer opens. */
type Key = { kid: string; publicJwk: JWK; publicKey: CryptoKey; privateKey: CryptoKey | null };

/** `read`: the newest read and when it began. `next`: a read that waits to begin. `made`: the making of the first key. */
type Cache = { read?: { at: number; keys: Promise<Key[]> }; next?: Promise<Key[]>; made?: Promise<string> };
const cache = singleton("signing-keys", (): Cache => ({}));

/** The newest key, which signs. The first call makes one; so does the first call after AUTH_SECRET changed. */
export async function signingKey(): Promise<{ kid: string; privateKey: CryptoKey }> {
  const found = openKey(await loadKeys());
  if (found) return found;
  cache.made ??= createKey().finally(() => {
    cache.made = undefined;
  });
  await cache.made;
  const made = openKey(await loadKeys());
  if (!made) throw new Error("The signing key that was just made cannot be read back");
  return made;
}

/** The public key with this id, or null when none of ours has it, or it was retired too long ago. */
export async function verificationKey(kid: string): Promise<CryptoKey | null> {
  if (!KID.test(kid)) return null;
  const find = (keys: Key[]) => keys.find((key) => key.kid === kid)?.publicKey ?? null;
  // Another instance may have made it a second ago.
  return find(await loadKeys()) ?? find(await nextRead());
}

/** All keys whose tokens may still be in use, as JWKs for `/.well-known/jwks.json`. Nothing private is in them. */
export async function publicKeys(): Promise<JWK[]> {
  return (await loadKeys()).map((key) => key.publicJwk);
}

/**
 * Makes a new key to sign with. The former ones sign nothing any more, but what they signed goes on being accepted,
 * unless they are dropped: then, within a minute on every instance, all access tokens from before are refused.
 */
export async function rotateSigningKey({ dropFormer = false } = {}): Promise<{ kid: string }> {
  const kid = await createKey();
  const former = { id: { not: kid } };
  await db.signingKey.updateMany({ where: { ...former, retiredAt: null }, data: { retiredAt: new Date() } });
  await db.signingKey.deleteMany({ where: dropFormer ? former : { retiredAt: { lte: retiredLimit() } } });
  cache.read = undefined;
  return { kid };
}

/**
 * Two instances may each make a first key at the same moment. Both keys are published and verify, and from its next read
 * each instance signs with the newer one.
 */
async function createKey(): Promise<string> {
  const { publicKey, privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  const kid = randomToken().slice(0, KID_CHARACTERS);
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: SIGNING_ALGORITHM, use: "sig" };
  const privateJwk = seal(SEAL_PURPOSE, kid, JSON.stringify(await exportJWK(privateKey)));
  await db.signingKey.create({ data: { id: kid, publicJwk, privateJwk } });
  cache.read = undefined;
  return kid;
}

function openKey(keys: Key[]): { kid: string; privateKey: CryptoKey } | null {
  for (const { kid, privateKey } of keys) if (privateKey) return { kid, privateKey };
  return null;
}

/** @throws inside a transaction: its end may take a key back, and the whole process would go on using it. */
async function loadKeys(): Promise<Key[]> {
  if (currentTransaction()) throw new Error("Tokens are signed and read before a transaction begins, or after it");
  const { read } = cache;
  return read && performance.now() - read.at < CACHE_MS ? read.keys : startRead();
}

/** A read that begins after this call, so that it sees every key made before. Calls that wait for it share it. */
function nextRead(): Promise<Key[]> {
  if (cache.next) return cache.next;
  const wait = cache.read ? cache.read.at + MIN_BETWEEN_READS_MS - performance.now() : 0;
  cache.next = sleep(Math.max(0, wait)).then(() => {
    cache.next = undefined;
    return startRead();
  });
  return cache.next;
}

function startRead(): Promise<Key[]> {
  const read = { at: performance.now(), keys: readKeys() };
  cache.read = read;
  // A database that was away for a moment is asked again at once.
  read.keys.catch(() => {
    if (cache.read === read) cache.read = undefined;
  });
  return read.keys;
}

async function readKeys(): Promise<Key[]> {
  const rows = await db.signingKey.findMany({
    where: { OR: [{ retiredAt: null }, { retiredAt: { gt: retiredLimit() } }] },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
  });
  return Promise.all(rows.map(readKey));
}

async function readKey({ id: kid, publicJwk, privateJwk, retiredAt }: SigningKey): Promise<Key> {
  const jwk = publicJwk as JWK;
  const opened = retiredAt ? null : unseal(SEAL_PURPOSE, kid, privateJwk);
  const privateKey = opened === null ? null : await toKey(JSON.parse(opened));
  return { kid, publicJwk: jwk, publicKey: await toKey(jwk), privateKey };
}

async function toKey(jwk: JWK): Promise<CryptoKey> {
  return (await importJWK(jwk, SIGNING_ALGORITHM)) as CryptoKey;
}

function retiredLimit(): Date {
  return new Date(Date.now() - RETIRED_DAYS * 24 * 60 * 60 * 1000);
}
