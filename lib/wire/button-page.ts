import { keyedHash, sameHash } from "@/lib/auth/model/secrets";
import { env } from "@/lib/env";

// Some contracts act as soon as a mailed link is opened, and mail scanners open links too. Such a link leads to our page
// with a button first, and from there back to the contract's own address.

const PRESSED = "pressed";

/**
 * The address of our page with a button for the mailed `token`.
 * @param path of ours, with a query: where the button leads on to.
 * @param page a sign-in by mail has its own page, which says who asked for the mail.
 */
export function buttonPage(
  token: string,
  path: string,
  page: "/verify-email" | "/sign-in-code" = "/verify-email",
): string {
  const next = `${Buffer.from(path).toString("base64url")}.${sealOf(token, path)}`;
  return `${env().APP_URL}${page}?${new URLSearchParams({ token, next })}`;
}

/** Where the button leads on to, with the mark that it was pressed; null for a `next` that we did not write. */
export function afterButton(token: string, next: string | undefined): string | null {
  const [body = "", seal = ""] = (next ?? "").split(".");
  const path = Buffer.from(body, "base64url").toString();
  if (!sameHash(seal, sealOf(token, path))) return null;
  const url = new URL(path, env().APP_URL);
  url.searchParams.set(PRESSED, markOf(token));
  return url.href;
}

/** Whether a person pressed the button for this token on the way to this address. */
export function wasPressed({ searchParams }: URL, token: string): boolean {
  return isMark(searchParams.get(PRESSED) ?? "", token);
}

/** Whether this is the mark that the button for this token was pressed. */
export function isMark(mark: string, token: string): boolean {
  return sameHash(mark, markOf(token));
}

function sealOf(token: string, path: string): string {
  return keyedHash("next", `${token}\0${path}`);
}

/** The mark that the button for this token was pressed, for an address that cannot be ours. */
export function markOf(token: string): string {
  return keyedHash(PRESSED, token);
}
