import Bowser from "bowser";
import type { Client } from "./principal";

const WELL_KNOWN = new Set([
  ...["Android Browser", "Brave", "Chrome", "Chromium", "DuckDuckGo", "Electron", "Epiphany", "Firefox"],
  ...["Internet Explorer", "LibreWolf", "Microsoft Edge", "Opera", "Safari", "Samsung Internet for Android", "Vivaldi"],
]);

/** A user agent in words a person uses: "Chrome on macOS", "Unknown device" when it says little. */
export function describeDevice(userAgent: string | null): string {
  if (!userAgent) return "Unknown device";
  const { browser, os } = Bowser.parse(userAgent);
  if (browser.name && os.name) return `${browser.name} on ${os.name}`;
  return browser.name || os.name || "Unknown device";
}

/** When and by which device something was done, for the mail that tells its person. */
export function seenFrom({ userAgent }: Pick<Client, "userAgent">): { at: Date; device: string } {
  return { at: new Date(), device: describeDevice(userAgent) };
}

export type DeviceKind = "computer" | "phone" | "app";

/** The kind of device, for a picture beside the words. A user agent that names no device is an app's. */
export function kindOfDevice(userAgent: string | null): DeviceKind {
  const { type } = userAgent ? Bowser.parse(userAgent).platform : {};
  if (type === "mobile" || type === "tablet") return "phone";
  return type === "desktop" ? "computer" : "app";
}

/**
 * The same for another person to read: only well-known names, because a stranger who has a mail sent to a person could write a
 * message into their own user agent.
 */
export function describeStrangersDevice(userAgent: string | null): string {
  if (!userAgent) return "an unknown device";
  const { browser, os } = Bowser.parse(userAgent);
  const name = browser.name && WELL_KNOWN.has(browser.name) ? browser.name : "an app";
  return os.name ? `${name} on ${os.name}` : name;
}
