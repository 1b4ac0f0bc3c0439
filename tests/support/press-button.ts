import { expect } from "vitest";
import { afterButton } from "@/lib/wire/button-page";
import { attributeOf, HttpClient } from "./http-client";

/** The address to which the button leads on a page that a mailed link opened, for a browser that may press it. */
export function pressedAt(location: string | null): string {
  const page = new URL(location ?? "");
  expect(page.pathname).toBe("/verify-email");
  const { token = "", next } = Object.fromEntries(page.searchParams);
  return afterButton(token, next) ?? "";
}

/**
 * The same on a running server, by the page itself: presses its button, in a browser without JavaScript, and types the password
 * where the page asks for it because another browser registered. "" when the page does not lead on.
 */
export async function pressConfirm(location: string | null, password?: string): Promise<string> {
  const { origin, pathname, search } = new URL(location ?? "");
  const fields: Record<string, string> = password === undefined ? {} : { password };
  const { text } = await new HttpClient(origin).submit(pathname + search, "Confirm", fields);
  const links = text.match(/<a [^>]*href="[^"]*pressed=[^"]*"[^>]*>/g) ?? [];
  return attributeOf(links[0] ?? "", "href");
}
