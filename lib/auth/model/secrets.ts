import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  randomInt,
  timingSafeEqual,
} from "node:crypto";
import { env } from "@/lib/env";

const TOKEN_BYTES = 32;
const CODE_DIGITS = 6;
const SEAL_CIPHER = "aes-256-gcm";
const SEAL_KEY_BYTES = 32;
const SEAL_IV_BYTES = 12;
const SEAL_TAG_BYTES = 16;
/** Written as bytes so that renaming the project by search and replace leaves it alone: another label opens nothing sealed. */
const SEAL_LABEL = Buffer.from("6c617463686b65792f", "hex");

/** 256 random bits, base64url without padding (43 characters): safe in a URL, a cookie and a fragment. */
export function randomToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

/**
 * What the database keeps of a token: its SHA-256. A fast hash is right here, because 256 random bits cannot be guessed;
 * and looking it up by hash leaves no comparison whose time could tell anything.
 */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

/** Six digits for people to type, leading zeros kept. */
export function randomCode(): string {
  return randomInt(10 ** CODE_DIGITS)
    .toString()
    .padStart(CODE_DIGITS, "0");
}

/**
 * What the database keeps of a code. A million codes are quickly tried against a plain hash, so it is keyed with
 * AUTH_SECRET and bound to its verification: a stolen database alone says nothing.
 */
export function hashCode(verificationId: string, code: string): string {
  return keyedHash("code", `${verificationId}:${code}`);
}

/** HMAC-SHA-256 with AUTH_SECRET; `purpose` keeps one use from standing in for another. */
export function keyedHash(purpose: string, value: string): string {
  return createHmac("sha256", env().AUTH_SECRET).update(`${purpose}\0${value}`).digest("base64url");
}

/** Compares two hashes in time that does not depend on where they differ. */
export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * Encrypts what must be read again, under a key that AUTH_SECRET gives for this purpose alone. `about` is bound in:
 * what was sealed for one row opens for no other.
 */
export function seal(purpose: string, about: string, text: string): string {
  const iv = randomBytes(SEAL_IV_BYTES);
  const cipher = createCipheriv(SEAL_CIPHER, sealKey(purpose), iv).setAAD(Buffer.from(about));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64url");
}

/** The text that was sealed; null when it was sealed for something else or under another AUTH_SECRET, or was changed. */
export function unseal(purpose: string, about: string, sealed: string): string | null {
  const bytes = Buffer.from(sealed, "base64url");
  const [iv, end] = [bytes.subarray(0, SEAL_IV_BYTES), SEAL_IV_BYTES + SEAL_TAG_BYTES];
  try {
    const cipher = createDecipheriv(SEAL_CIPHER, sealKey(purpose), iv, { authTagLength: SEAL_TAG_BYTES });
    cipher.setAAD(Buffer.from(about)).setAuthTag(bytes.subarray(SEAL_IV_BYTES, end));
    return cipher.update(bytes.subarray(end), undefined, "utf8") + cipher.final("utf8");
  } catch {
    return null;
  }
}

function sealKey(purpose: string): Buffer {
  const label = Buffer.concat([SEAL_LABEL, Buffer.from(purpose)]);
  return Buffer.from(hkdfSync("sha256", env().AUTH_SECRET, "", label, SEAL_KEY_BYTES));
}
