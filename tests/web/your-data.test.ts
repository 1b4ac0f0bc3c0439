import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { GET, POST } from "@/app/(app)/your-data/route";
import { exportWaitSeconds } from "@/lib/auth/export-data";
import { setUserDisabled } from "@/lib/auth/manage-users";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { PERSON_FIELD } from "@/lib/web/form-state";
import { SESSION_COOKIE } from "@/lib/wire/cookies";
import { from, newBrowser } from "@/tests/support/browser";
import { emptyOutbox, newestMail, outbox } from "@/tests/support/outbox";
import { adminUser, session, storedHash, verifiedUser } from "@/tests/support/people";

vi.mock("next/headers", () => import("@/tests/support/browser"));

beforeEach(async () => {
  await db.rateLimit.deleteMany();
  await emptyOutbox();
});

/** A browser in which this person is signed in. */
async function signedIn() {
  const user = await verifiedUser({ name: "Alice Carroll" });
  const browser = newBrowser();
  const { token, principal } = await session(user);
  browser.jar.set(SESSION_COOKIE(), token);
  return { user, browser, token, principal };
}

/** The form of /account/data, sent from a page of this origin. */
function download(browser = newBrowser(), origin = env().APP_URL, fields = {}): Promise<Response> {
  const headers = { origin, "content-type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams(fields).toString();
  const request = new Request(`${env().APP_URL}/your-data`, { method: "POST", headers, body });
  return from(browser, () => POST(request, { params: Promise.resolve({}) }));
}

const leadsTo = async (answer: Promise<Response>) => {
  const { status, headers } = await answer;
  return [status, headers.get("location")];
};

/** Where something is noted of a user, by table. The day that each row is from tells whether it is in the download. */
const USER_ROWS: Record<string, (userId: string, at: Date) => Promise<unknown>> = {
  Account: (userId, createdAt) =>
    db.account.create({ data: { userId, createdAt, type: "oauth", provider: "github", providerAccountId: userId } }),
  Credential: (userId, changedAt) => db.credential.update({ where: { userId }, data: { changedAt } }),
  Avatar: (userId, createdAt) =>
    db.avatar.create({ data: { userId, createdAt, hash: "h", webp: Buffer.from("WEBP") } }),
  Session: (userId, createdAt) => db.session.updateMany({ where: { userId }, data: { createdAt } }),
  Passkey: (userId, createdAt) => {
    const bytes = { credentialId: "secret-credential", publicKey: Buffer.from("secret-key"), counter: 1 };
    return db.passkey.create({ data: { userId, createdAt, label: "Phone", aaguid: "", ...bytes } });
  },
  Authenticator: (userId, createdAt) =>
    db.authenticator.create({ data: { userId, createdAt, label: "App", secret: "secret-of-app" } }),
  RecoveryCode: (userId, createdAt) => db.recoveryCode.create({ data: { userId, createdAt, codeHash: "secret-code" } }),
  RememberedDevice: (userId, createdAt) =>
    db.rememberedDevice.create({ data: { userId, createdAt, tokenHash: "secret-device", expires: new Date() } }),
  Verification: (userId, createdAt) => {
    const payload = { passwordHash: "secret-payload" };
    const secrets = { tokenHash: "secret-token", codeHash: "secret-digits", payload };
    return db.verification.create({ data: { userId, createdAt, purpose: "reset", expires: new Date(), ...secrets } });
  },
  Actor: (userId, createdAt) =>
    db.actor.create({ data: { id: "cus_1", userId, createdAt, type: "customer", data: { company: "Looking Glass" } } }),
  SecurityEvent: (userId, createdAt) => db.securityEvent.updateMany({ where: { userId }, data: { createdAt } }),
};

/** The tables whose rows belong to a user, as the schema has them. */
const ofUsers = () =>
  [...readFileSync("prisma/schema.prisma", "utf8").matchAll(/^model (\w+) \{([^}]*)\}/gm)]
    .filter(([, , columns = ""]) => /^ +userId\b/m.test(columns))
    .map(([, name = ""]) => name);

describe("the download of one's data", () => {
  test("holds a row of every table that has a user, and no secret", async () => {
    const { user, browser, token } = await signedIn();
    const tables = ofUsers();
    expect(Object.keys(USER_ROWS).sort(), "give a new table a row here, and lib/auth/store/personal-data.ts").toEqual(
      tables.sort(),
    );
    // Within the 90 days that events are kept.
    const dayOf = (index: number) => new Date(Date.now() - (index + 2) * 86_400_000);
    const days = tables.map((_, index) => dayOf(index));
    for (const [index, table] of tables.entries()) await USER_ROWS[table]?.(user.id, days[index] ?? new Date());

    const answer = await download(browser);
    const text = await answer.text();
    const data = JSON.parse(text);
    expect(data.user).toMatchObject({ id: user.id, email: user.email, name: "Alice Carroll" });
    for (const [index, day] of days.entries()) expect(text, tables[index]).toContain(day.toISOString());
    expect(Buffer.from(data.picture.webp, "base64").toString()).toBe("WEBP");
    expect(data.profiles).toMatchObject([{ data: { company: "Looking Glass" } }]);
    expect(text).not.toMatch(/secret-|Hash"|"secret"/);
    for (const secret of [token, (await storedHash(user.id)) ?? "none"]) expect(text).not.toContain(secret);
  });

  test("holds every event, of more than fit into one page, and nothing of others or of an admin", async () => {
    const [{ user, browser }, bob] = [await signedIn(), await verifiedUser()];
    const root = await session(await adminUser());
    await setUserDisabled(root.principal, user.id, true);
    await db.user.update({ where: { id: user.id }, data: { disabledAt: null } });
    const { token } = await session(user);
    browser.jar.set(SESSION_COOKIE(), token);
    const at = new Date(Date.now() - 1_000);
    await db.securityEvent.createMany({
      data: Array.from({ length: 1_200 }, () => ({ userId: user.id, type: "password.changed", createdAt: at })),
    });
    await db.securityEvent.create({
      data: { userId: user.id, type: "of.another-release", detail: root.principal.userId },
    });
    const text = await (await download(browser)).text();
    const { securityEvents } = JSON.parse(text);
    expect(securityEvents).toHaveLength(await db.securityEvent.count({ where: { userId: user.id } }));
    for (const other of [root.principal.userId, bob.id, bob.email]) expect(text).not.toContain(other);
  });

  test("is a file that no cache keeps, an event, and a mail to its person", async () => {
    const { user, browser } = await signedIn();
    const { status, headers, body } = await download(browser);
    await body?.cancel();
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "content-disposition": expect.stringMatching(/^attachment; filename="account-data-[\d-]{10}\.json"$/),
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    expect(await db.securityEvent.count({ where: { userId: user.id, type: "data.exported" } })).toBe(1);
    expect((await newestMail(user.email)).subject).toBe("Your data was downloaded");
  });

  test("is not given on the page of another person, who was signed in before", async () => {
    const [alice, bob] = [await signedIn(), await signedIn()];
    const send = (person: string) => download(bob.browser, undefined, { [PERSON_FIELD]: person });
    expect(await leadsTo(send(alice.user.id))).toEqual([303, "/account/data#your-data"]);
    expect(await leadsTo(send(bob.user.id))).toEqual([200, null]);
  });

  test("is refused to visitors, to foreign pages, and without a fresh proof, and then no mail tells of it", async () => {
    const { user, browser } = await signedIn();
    expect(await leadsTo(download())).toEqual([303, "/login?message=session-ended"]);
    for (const origin of ["https://evil.example", "null"])
      expect(await leadsTo(download(browser, origin))).toEqual([403, null]);
    const where = { userId: user.id };
    await db.session.updateMany({ where, data: { authenticatedAt: new Date(Date.now() - 11 * 60_000) } });
    const confirm = "/reauthenticate?to=%2Faccount%2Fdata%23your-data";
    expect(await leadsTo(download(browser))).toEqual([303, confirm]);
    expect(await leadsTo(Promise.resolve(GET()))).toEqual([303, "/account/data#your-data"]);
    expect(await outbox()).toEqual([]);
  });

  test("is given five times an hour, and then the page says for how long to wait", async () => {
    const { user, browser, principal } = await signedIn();
    for (let count = 0; count < 5; count++) expect((await download(browser)).status).toBe(200);
    expect(await leadsTo(download(browser))).toEqual([303, "/account/data#your-data"]);
    expect(await exportWaitSeconds(principal)).toBeGreaterThan(3_000);
    expect(await outbox(user.email)).toHaveLength(5);
  });
});
