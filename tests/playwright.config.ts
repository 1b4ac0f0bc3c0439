import { defineConfig, devices } from "@playwright/test";
import { findChromium } from "./support/chromium.mjs";

/**
 * Tests run on a desktop; those tagged @phone on a phone too, those tagged @no-js without JavaScript too. A test that
 * makes sense only there is tagged @phone-only or @no-js-only.
 */
export default defineConfig({
  testDir: "e2e",
  outputDir: ".output/e2e",
  globalSetup: "./support/e2e-server.ts",
  fullyParallel: true,
  forbidOnly: true,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: "list",
  use: {
    ...devices["Desktop Chrome"],
    launchOptions: findChromium() ?? undefined,
    // A trace of every test costs an eighth of the time: `--trace on` makes one of a test that fails.
    screenshot: "only-on-failure",
    locale: "en-GB",
    timezoneId: "UTC",
  },
  projects: [
    { name: "desktop", grepInvert: /@(phone|no-js)-only/ },
    {
      name: "phone",
      grep: /@phone/,
      use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    },
    { name: "no-js", grep: /@no-js/, use: { javaScriptEnabled: false } },
  ],
});
