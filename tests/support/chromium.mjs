import { existsSync } from "node:fs";
import { createRequire } from "node:module";

/** The first is the engine alone, without windows, which takes a third less work. */
const INSTALLED = [
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * How to start a Chromium of this machine: Playwright's own, else the system's.
 * @returns {{ executablePath?: string, args: string[] } | null} null when there is none
 */
export function findChromium() {
  const { chromium } = createRequire(import.meta.url)("@playwright/test");
  // A browser under test talks to the app only; as root (in a container, say) it has no sandbox of its own.
  const args = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
  if (process.getuid?.() === 0) args.push("--no-sandbox");
  if (existsSync(chromium.executablePath())) return { args };
  const executablePath = INSTALLED.find(existsSync);
  return executablePath ? { executablePath, args } : null;
}
