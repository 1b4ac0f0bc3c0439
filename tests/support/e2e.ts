import { randomInt } from "node:crypto";
import { test as base } from "@playwright/test";
import { connectFakeResend, type FakeResend } from "./fake-resend";

export { expect } from "@playwright/test";

/** Playwright's test, on the server of this run. Each test comes from its own address, so that tests do not share limits. */
export const test = base.extend<{ resend: FakeResend }>({
  baseURL: async ({ browserName: _ }, use) => use(process.env.APP_URL),
  extraHTTPHeaders: async ({ browserName: _ }, use) =>
    use({ "x-forwarded-for": `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}` }),
  /** The mail that the server has sent. */
  resend: async ({ browserName: _ }, use) => use(connectFakeResend(process.env.RESEND_BASE_URL ?? "")),
});
