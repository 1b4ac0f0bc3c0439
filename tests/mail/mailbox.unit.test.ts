import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findMail, keepMail, listMails } from "@/lib/mail/mailbox";

const mail = {
  to: "alice@example.com",
  subject: "Hello",
  html: "<p>Hi</p>",
  text: "Hi",
  code: "123456",
  url: "https://app.example.com/verify-email?token=t-1",
};
let folder: string;

beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), "mailbox-")), "mailbox");
});
afterEach(() => rm(path.dirname(folder), { recursive: true }));

test("the development mailbox is empty at first, then lists the newest first and finds each", async () => {
  expect(await listMails(folder)).toEqual([]);
  for (const subject of ["one", "two"]) {
    await keepMail({ ...mail, subject }, folder);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const [newest, oldest] = await listMails(folder);
  expect([newest?.subject, oldest?.subject]).toEqual(["two", "one"]);
  expect(await findMail(newest?.id ?? "", folder)).toMatchObject({ ...mail, subject: "two" });
});

test("the development mailbox keeps the newest 200", async () => {
  await Promise.all(Array.from({ length: 205 }, () => keepMail(mail, folder)));
  await keepMail({ ...mail, subject: "last" }, folder);
  expect(await readdir(folder)).toHaveLength(200);
  expect((await listMails(folder)).map(({ subject }) => subject)).toContain("last");
});

test.each(["../../package", "..%2F..%2Fpackage", "", "1-a/../2-b", "1-a\u0000"])(
  "the development mailbox has no mail by the id %j",
  async (id) => {
    expect(await findMail(id, folder)).toBeNull();
  },
);
