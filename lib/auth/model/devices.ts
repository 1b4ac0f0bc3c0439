import { keyedHash, randomToken, sameHash } from "./secrets";

/**
 * A browser that signed in before carries a mark for each user who did: a random nonce, and for each user a MAC over
 * nonce and user. The mark signs nobody in. It tells a known device from a stranger's, for the notice mail and so
 * that a stranger's wrong passwords do not lock the owner out.
 */
const MAX_USERS = 5;
const NONCE = /^[\w-]{43}$/;

/** The mark's nonce when the cookie is a mark of this user's, else null. */
export function knownDevice(cookie: string | null | undefined, userId: string): string | null {
  const [nonce, ...marks] = (cookie ?? "").split(".");
  if (!nonce || !NONCE.test(nonce) || marks.length > MAX_USERS) return null;
  const mark = keyedHash("device", `${nonce}:${userId}`);
  return marks.some((candidate) => sameHash(candidate, mark)) ? nonce : null;
}

/** The cookie's next value: this user's mark first, others of the same browser kept. */
export function markDevice(cookie: string | null | undefined, userId: string): string {
  const [given, ...others] = (cookie ?? "").split(".");
  const nonce = given && NONCE.test(given) ? given : randomToken();
  const mark = keyedHash("device", `${nonce}:${userId}`);
  const kept = nonce === given ? others.filter((other) => NONCE.test(other) && other !== mark) : [];
  return [nonce, mark, ...kept].slice(0, MAX_USERS + 1).join(".");
}
