import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fail, ok } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import { db } from "@/lib/db";
import { transact } from "@/lib/db/transact";
import { log } from "@/lib/log";
import { sendMail } from "@/lib/mail/messages";
import { enqueue, mailQueue, PRIORITY } from "@/lib/mail/outbox";
import { sendLink, sendNotice, sendOneOfEach } from "@/tests/support/mails";
import { emptyOutbox, outbox } from "@/tests/support/outbox";

const LEASE_MS = 30_000;
const to = "alice@example.com";
const url = "https://app.example.com/verify-email?token=t-1";

beforeEach(async () => {
  await db.rateLimit.deleteMany();
  await emptyOutbox();
});
afterEach(() => vi.restoreAllMocks());

describe("a mail in the outbox", () => {
  test("holds what its reader is to use, and its dates as dates", async () => {
    await sendOneOfEach(to);
    const mails = await outbox(to);
    expect(new Set(mails.map(({ subject }) => subject)).size).toBe(21);
    expect(mails.find(({ template }) => template === "confirm-email")).toMatchObject({ code: "493017", token: "a" });
    expect(mails.find(({ template }) => template === "new-sign-in")?.props).toMatchObject({ at: expect.any(Date) });
  });

  test("shows neither address nor code nor link to who reads the database", async () => {
    await sendMail(to, "confirm-email", { code: "493017", url });
    expect(JSON.stringify(await db.outboxMail.findMany())).not.toMatch(/alice|493017|token|t-1/);
  });

  test("opens under no other row's id", async () => {
    await sendLink(to);
    const [row] = await db.outboxMail.findMany();
    expect(mailQueue.open({ id: "another", sealed: row?.sealed ?? "" })).toBeNull();
  });

  test("is as large as the decoy that an unknown address gets", async () => {
    await sendMail(to, "reset-password", { url });
    await sendMail("bella@example.com", "reset-password", { url }, { decoy: true });
    const [mail = 0, decoy = 0, ...more] = (await db.outboxMail.findMany()).map(({ sealed }) => sealed.length);
    expect(more).toEqual([]);
    expect(Math.abs(mail - decoy)).toBeLessThan(8);
    expect(await outbox("bella@example.com")).toEqual([]);
  });

  test.each(["alice@example.com, victim@example.com", "alice@example.com\r\nBcc: victim@example.com", "Alice <a@b.c>"])(
    "is not written to what is not exactly one address: %j",
    async (address) => {
      const logged = vi.spyOn(log, "error").mockImplementation(() => {});
      await sendLink(address);
      expect(await db.outboxMail.count()).toBe(0);
      expect(logged).toHaveBeenCalledOnce();
      expect(JSON.stringify(logged.mock.calls)).not.toContain("victim");
    },
  );

  test("is not written to a name that is no address at all, which a provider of one's own may give", async () => {
    await sendLink("");
    await sendLink("octocat");
    expect(await db.outboxMail.count()).toBe(0);
  });
});

describe("a story's transaction", () => {
  test("that is refused, or throws, sends nothing", async () => {
    await transact(async () => {
      await sendLink(to);
      return fail("token_invalid");
    });
    const thrown = transact(async () => {
      await sendLink(to);
      throw new Error("killed");
    });
    await expect(thrown).rejects.toThrow("killed");
    expect(await db.outboxMail.count()).toBe(0);
  });

  test("that is committed sends its mail", async () => {
    await transact(async () => {
      await sendLink(to);
      return ok(undefined);
    });
    expect(await outbox(to)).toHaveLength(1);
  });
});

describe("a claim", () => {
  test("is of one sender, however many ask in the same moment", async () => {
    for (let n = 0; n < 5; n++) await sendLink(to);
    const claims = await Promise.all(Array.from({ length: 12 }, () => mailQueue.claim(LEASE_MS)));
    const claimed = claims.filter((claim) => claim !== null).map(({ id }) => id);
    expect(claimed).toHaveLength(5);
    expect(new Set(claimed).size).toBe(5);
  });

  test("is of a notice first, then of codes, though both came last", async () => {
    const content = { to, template: "address-in-use", props: {}, decoy: false };
    await enqueue(content, { priority: PRIORITY.other, aliveMs: 60_000 });
    for (let n = 0; n < 100; n++) await sendLink(`person-${n}@example.com`);
    await sendNotice(to);
    const templates = [];
    for (let claimed = await mailQueue.claim(LEASE_MS); claimed; claimed = await mailQueue.claim(LEASE_MS))
      templates.push(mailQueue.open(claimed)?.template);
    expect(templates).toEqual(["password-changed", ...Array(100).fill("reset-password"), "address-in-use"]);
  });

  test("is of everybody else's mails, before those of a flood to one address", async () => {
    for (let n = 0; n < LIMITS.mailsInTime.points + 5; n++) await sendNotice("flood@example.com");
    await sendLink(to);
    const receivers = [];
    for (let claimed = await mailQueue.claim(LEASE_MS); claimed; claimed = await mailQueue.claim(LEASE_MS))
      receivers.push(mailQueue.open(claimed)?.to);
    expect(receivers.indexOf(to)).toBe(LIMITS.mailsInTime.points);
    expect(receivers.slice(-5)).toEqual(Array(5).fill("flood@example.com"));
  });

  test("whose time has run out no longer decides over the mail", async () => {
    await sendLink(to);
    const late = await mailQueue.claim(-1);
    const next = await mailQueue.claim(LEASE_MS);
    if (!late || !next) throw new Error("There was nothing to claim");
    await mailQueue.giveUp(late);
    expect(await mailQueue.count()).toEqual({ waiting: 1, givenUp: 0 });
    await mailQueue.giveUp(next);
    expect(await mailQueue.count()).toEqual({ waiting: 0, givenUp: 1 });
    expect(await db.outboxMail.findMany()).toMatchObject([{ sealed: "", attempts: 2 }]);
    expect(await mailQueue.claim(LEASE_MS)).toBeNull();
  });
});
