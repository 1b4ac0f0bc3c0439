import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FakeResend, type SentMail, startFakeResend } from "@/tests/support/fake-resend";
import { cookiesOf, HttpClient } from "@/tests/support/http-client";
import { migratedDatabase } from "@/tests/support/migrated-database";
import { type AfterAnswer, type Platform, startPlatform } from "@/tests/support/platform";
import { scratchFolder } from "@/tests/support/scratch";
import { serverSettings } from "@/tests/support/server";

// Platforms without our server: the production build under plain `next start`, whose process works while it answers and at
// no other time. Mail leaves when the platform's timer asks /api/cron.

const [PASSWORD, NEW_PASSWORD] = ["plover-hatch-93-quill", "heron-lattice-48-moss"];
const SECRET = "only-for-tests-0123456789-abcdefghij";
const MAILS = 10;

const folder = scratchFolder("platforms");
const settings = { ...serverSettings(migratedDatabase(join(folder, "app.db"))), CRON_SECRET: SECRET };
const platforms: Platform[] = [];
let resend: FakeResend;

beforeEach(async () => {
  resend = await startFakeResend();
});
afterEach(async () => {
  await Promise.all(platforms.splice(0).map((platform) => platform.close()));
  await resend.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(afterAnswer: AfterAnswer): Promise<Platform> {
  const platform = await startPlatform(afterAnswer, { ...settings, RESEND_BASE_URL: resend.url });
  platforms.push(platform);
  return platform;
}

/** What the platform's timer asks. */
async function askCron({ url }: Platform) {
  const { status, body } = await new HttpClient(url).call("POST", "/api/cron", {
    headers: { authorization: `Bearer ${SECRET}` },
  });
  expect(status).toBe(200);
  return body;
}

describe.each<AfterAnswer>(["freeze", "kill"])(
  "on a platform that after each answer has its process %s",
  (afterAnswer) => {
    test("every flow works, and the timer sends what waits", async () => {
      const platform = await start(afterAnswer);
      const { url } = platform;
      const email = `${afterAnswer}@example.com`;
      const browser = (sent: { session?: string | null; cookie?: string } = {}) =>
        new HttpClient(url, { session: sent.session ?? undefined, cookie: sent.cookie });
      const isSignedIn = async (session: string | null) => (await browser({ session }).ask("/api/me")).status === 200;
      /** The newest mail, which is there once the timer has asked, and not before. */
      const mailed = async (): Promise<SentMail> => {
        const before = (await resend.mails(email)).length;
        expect((await askCron(platform)).mail).toEqual({ waiting: 0, givenUp: 0 });
        const mails = await resend.mails(email);
        expect(mails.length).toBe(before + 1);
        return mails.at(-1) as SentMail;
      };
      const signIn = async (password: string) =>
        (await browser().submit("/login", "Sign in", { email, password })).session;

      const registering = { email, password: PASSWORD, name: "Alice" };
      const registered = await browser().submit("/register", "Create account", registering);
      const { code } = await mailed();
      const confirming = browser({ cookie: cookiesOf(registered) });
      const confirmed = await confirming.submit("/verify-email", "Confirm", { code: code ?? "" });
      expect(await isSignedIn(confirmed.session)).toBe(true);

      await browser().submit("/forgot-password", "Send reset link", { email });
      const link = (await mailed()).links.find((href) => href.includes("/reset-password")) ?? "";
      const form = { newPassword: NEW_PASSWORD, confirmPassword: NEW_PASSWORD };
      await browser().submit(link.replace(url, ""), "Set new password", form);
      expect(await isSignedIn(confirmed.session)).toBe(false);
      expect(await signIn(PASSWORD)).toBeNull();

      const [one, two] = [await signIn(NEW_PASSWORD), await signIn(NEW_PASSWORD)];
      await browser({ session: one }).submit("/account/devices", "sessionId", {});
      expect([await isSignedIn(one), await isSignedIn(two)]).toEqual([true, false]);
      await askCron(platform);

      const asked = await browser().submit("/sign-in-code/address", "Email me a code", { email });
      const typed = { code: (await mailed()).code ?? "" };
      const signedIn = await browser({ cookie: cookiesOf(asked) }).submit("/sign-in-code", "Sign in", typed);
      expect((await browser({ session: signedIn.session }).get("/dashboard")).text).toContain(email);
      expect(platform.starts()).toBeGreaterThan(afterAnswer === "kill" ? 20 : 0);
    });

    test(`two at once, asked by two timers, send ${MAILS} mails once each`, async () => {
      Object.assign(process.env, settings);
      const { sendLink } = await import("@/tests/support/mails");
      const { db } = await import("@/lib/db");
      await db.outboxMail.deleteMany();
      const people = Array.from({ length: MAILS }, (_, index) => `person-${index}@example.com`);
      for (const person of people) await sendLink(person);
      await Promise.all([start(afterAnswer), start(afterAnswer)].map(async (platform) => askCron(await platform)));
      while ((await db.outboxMail.count()) > 0) await askCron(platforms[0] as Platform);
      expect((await resend.mails()).map(({ to }) => to[0]).sort()).toEqual(people);
      expect(await resend.requests()).toHaveLength(MAILS);
    });
  },
);
