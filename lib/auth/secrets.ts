import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import { env } from "@/lib/env";

const TOKEN_BYTES = 32;
const CODE_DIGITS = 6;

/** 256 random bits, base64url without padding (43 characters): safe in a URL, a cookie and a fragment. */
export function randomToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

/**
 * What the database keeps of a token: its SHA-256. A fast hash is right here, because nobody can guess 256 random bits;
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
