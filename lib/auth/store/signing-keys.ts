import { exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import { randomToken, seal, unseal } from "@/lib/auth/model/secrets";
import { db } from "@/lib/db";
import type { SigningKey } from "@/prisma/client/client";

export const SIGNING_ALGORITHM = "ES256";
/** Keys are few and rarely change: each process asks for them this often at most, unless it meets one it does not know. */
const CACHE_SECONDS = 60;
/** A retired key is published until the last token it signed has expired. Those that live longest live 30 days. */
const RETIRED_DAYS = 31;
const SEAL_PURPOSE = "signing-key/v1";
const KID_CHARACTERS = 16;

/** `privateKey` is null for a retired key, and for one that AUTH_SECRET no longer opens. */
type Key = { kid: string; publicJwk: JWK; publicKey: CryptoKey; privateKey: CryptoKey | null };

// Modules are evaluated once per bundle, keys are one set a process.
type Cache = { at: number; keys: Promise<Key[]> };
const shared = globalThis as typeof globalThis & { latchkeyKeys?: Cache; latchkeyNewKey?: Promise<string> };

/** The key to sign with now: the newest. The first time it is asked for, it is made; also after AUTH_SECRET changed. */
export async function signingKey(): Promise<{ kid: string; privateKey: CryptoKey }> {
  const found = openKey(await loadKeys());
  if (found) return found;
  shared.latchkeyNewKey ??= createKey().finally(() => {
    shared.latchkeyNewKey = undefined;
  });
  await shared.latchkeyNewKey;
  const made = openKey(await loadKeys());
  if (!made) throw new Error("The signing key that was just made cannot be read back");
  return made;
}

/** The public key with this id, or null when none of ours has it, or it was retired too long ago. */
export async function verificationKey(kid: string): Promise<CryptoKey | null> {
  const find = (keys: Key[]) => keys.find((key) => key.kid === kid)?.publicKey ?? null;
  // Another instance may have made it a second ago.
  return find(await loadKeys()) ?? find(await loadKeys(0));
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
  shared.latchkeyKeys = undefined;
  return { kid };
}

/**
 * Two instances may each make a first key at the same moment. No harm: both are published and verify, and from the
 * next look on both instances sign with the newer one.
 */
async function createKey(): Promise<string> {
  const { publicKey, privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  const kid = randomToken().slice(0, KID_CHARACTERS);
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: SIGNING_ALGORITHM, use: "sig" };
  const privateJwk = seal(SEAL_PURPOSE, kid, JSON.stringify(await exportJWK(privateKey)));
  await db.signingKey.create({ data: { id: kid, publicJwk, privateJwk } });
  shared.latchkeyKeys = undefined;
  return kid;
}

function openKey(keys: Key[]): { kid: string; privateKey: CryptoKey } | null {
  for (const { kid, privateKey } of keys) if (privateKey) return { kid, privateKey };
  return null;
}

function loadKeys(maxAgeSeconds = CACHE_SECONDS): Promise<Key[]> {
  const now = Date.now();
  const cached = shared.latchkeyKeys;
  if (cached && now - cached.at < maxAgeSeconds * 1000) return cached.keys;
  const fresh = { at: now, keys: readKeys() };
  shared.latchkeyKeys = fresh;
  // A database that was away for a moment is asked again at once.
  fresh.keys.catch(() => {
    if (shared.latchkeyKeys === fresh) shared.latchkeyKeys = undefined;
  });
  return fresh.keys;
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
