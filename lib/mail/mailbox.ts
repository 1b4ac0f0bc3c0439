import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Mail } from "./service";

/** A mail that stayed on this machine. `at` is an ISO time. */
export type KeptMail = Mail & { id: string; at: string };

const MAILBOX_FOLDER = path.join(process.cwd(), ".next", "mailbox");
const KEPT_MAILS = 200;
const ID = /^\d+-[0-9a-f]+$/;

/** Keeps a mail in the development mailbox, and drops the oldest beyond the newest 200. */
export async function keepMail(mail: Mail, folder = MAILBOX_FOLDER): Promise<void> {
  // The id sorts by time, so the file names alone tell the newest.
  const id = `${Date.now()}-${randomBytes(6).toString("hex")}`;
  const kept: KeptMail = { id, ...mail, at: new Date().toISOString() };
  await mkdir(folder, { recursive: true });
  // Written to another file and renamed, so that no reader finds half a mail.
  await writeFile(path.join(folder, `${id}.part`), JSON.stringify(kept), { mode: 0o600 });
  await rename(path.join(folder, `${id}.part`), path.join(folder, `${id}.json`));
  const old = (await mailIds(folder)).slice(KEPT_MAILS);
  await Promise.all(old.map((oldId) => rm(path.join(folder, `${oldId}.json`), { force: true })));
}

/** The kept mails, newest first. */
export async function listMails(folder = MAILBOX_FOLDER): Promise<KeptMail[]> {
  const mails = await Promise.all((await mailIds(folder)).map((id) => findMail(id, folder)));
  return mails.filter((mail) => mail !== null);
}

/** One kept mail; null when there is none, or no longer one, by that id. */
export async function findMail(id: string, folder = MAILBOX_FOLDER): Promise<KeptMail | null> {
  if (!ID.test(id)) return null;
  const json = await readFile(path.join(folder, `${id}.json`), "utf8").catch(() => null);
  return json ? (JSON.parse(json) as KeptMail) : null;
}

/** Ids, newest first; none while no mail has been kept. */
async function mailIds(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch(() => []);
  return files
    .filter((file) => file.endsWith(".json"))
    .map((file) => path.basename(file, ".json"))
    .filter((id) => ID.test(id))
    .sort()
    .reverse();
}
