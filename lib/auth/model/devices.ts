import { keyedHash, randomToken, sameHash } from "./secrets";

/**
 * A browser that signed in before carries a mark for each user who did: a random nonce, and for each user the time and a
 * MAC over nonce, user and time. The mark signs nobody in. It tells a known device from a stranger's, for the notice mail and so
 * that a stranger's wrong passwords do not lock the owner out.
 */
const MAX_USERS = 5;
const NONCE = /^[\w-]{43}$/;
/** Milliseconds in base 36, then the MAC. */
const MARK = /^([0-9a-z]{8})([\w-]{43})$/;

/** What a mark of this user's says; null when the cookie has none. */
export function readMark(
  cookie: string | null | undefined,
  userId: string,
): { nonce: string; markedAt: number } | null {
  const [nonce, ...marks] = (cookie ?? "").split(".");
  if (!nonce || !NONCE.test(nonce) || marks.length > MAX_USERS) return null;
  const own = marks.find((mark) => isMarkOf(mark, nonce, userId));
  return own ? { nonce, markedAt: Number.parseInt(own.slice(0, 8), 36) } : null;
}

/** The cookie's next value: this user's mark first, as of now; others of the same browser kept. */
export function markDevice(cookie: string | null | undefined, userId: string): string {
  const [given, ...others] = (cookie ?? "").split(".");
  const nonce = given && NONCE.test(given) ? given : randomToken();
  const time = Date.now().toString(36);
  const kept = nonce === given ? others.filter((mark) => MARK.test(mark) && !isMarkOf(mark, nonce, userId)) : [];
  return [nonce, time + macOf(nonce, userId, time), ...kept].slice(0, MAX_USERS + 1).join(".");
}

function isMarkOf(mark: string, nonce: string, userId: string): boolean {
  const [, time, mac] = MARK.exec(mark) ?? [];
  return time !== undefined && mac !== undefined && sameHash(mac, macOf(nonce, userId, time));
}

function macOf(nonce: string, userId: string, time: string): string {
  return keyedHash("device", `${nonce}:${userId}:${time}`);
}
