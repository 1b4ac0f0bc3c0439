import { keyedHash, sameHash } from "@/lib/auth/model/secrets";

/**
 * What a browser's cookie holds of the rows that it began: their ids, sealed, so that a browser that only knows a row's id cannot
 * pass for the one that began it.
 * @param cookie its name, so that the ids of one cookie open no other
 */
export function sealIds(cookie: string, ids: readonly string[]): string {
  const text = ids.join(".");
  return `${text}~${keyedHash(cookie, text)}`;
}

/** The ids in a cookie's value; none when we did not write it. */
export function openIds(cookie: string, value: string | null | undefined): string[] {
  const [text, seal] = (value ?? "").split("~");
  return text && seal && sameHash(seal, keyedHash(cookie, text)) ? text.split(".") : [];
}
