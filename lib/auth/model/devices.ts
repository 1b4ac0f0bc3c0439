import type { User } from "@/prisma/client/client";
import { keyedHash, randomToken, sameHash } from "./secrets";

/**
 * A browser that signed in before carries a mark for each user who did: a random nonce, and for each user the era
 * (`User.deviceEra`) and a MAC over nonce, user and era. The mark signs nobody in. It tells a known device from a stranger's, for the
 * notice mail and so that a stranger's wrong passwords do not lock the owner out.
 */
const MAX_USERS = 5;
const NONCE = /^[\w-]{43}$/;
/** The era, then the MAC. */
const MARK = /^(\d{1,10})([\w-]{43})$/;

type Marked = Pick<User, "id" | "deviceEra">;

/** What a mark of this user's says; null when the cookie has none. */
export function readMark(cookie: string | null | undefined, userId: string): { nonce: string; era: number } | null {
  const [nonce, ...marks] = (cookie ?? "").split(".");
  if (!nonce || !NONCE.test(nonce) || marks.length > MAX_USERS) return null;
  const own = marks.find((mark) => isMarkOf(mark, nonce, userId));
  return own ? { nonce, era: Number(MARK.exec(own)?.[1]) } : null;
}

/** The cookie's next value: the user's mark first; others of the same browser kept. The era is read where the sign-in is made. */
export function markDevice(cookie: string | null | undefined, { id: userId, deviceEra }: Marked): string {
  const [given, ...others] = (cookie ?? "").split(".");
  const nonce = given && NONCE.test(given) ? given : randomToken();
  const era = String(deviceEra);
  const kept = nonce === given ? others.filter((mark) => MARK.test(mark) && !isMarkOf(mark, nonce, userId)) : [];
  return [nonce, era + macOf(nonce, userId, era), ...kept].slice(0, MAX_USERS + 1).join(".");
}

function isMarkOf(mark: string, nonce: string, userId: string): boolean {
  const [, era, mac] = MARK.exec(mark) ?? [];
  return era !== undefined && mac !== undefined && sameHash(mac, macOf(nonce, userId, era));
}

function macOf(nonce: string, userId: string, era: string): string {
  return keyedHash("device", `${nonce}:${userId}:${era}`);
}
