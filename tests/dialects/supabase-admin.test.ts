import { createHash, randomUUID } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { undoEmailChange } from "@/lib/auth/confirm-email-change";
import { insertAuthenticator } from "@/lib/auth/store/authenticators";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { twoStepUser } from "@/tests/support/factors";
import { newestMail, outbox } from "@/tests/support/outbox";
import {
  adminUser,
  client,
  other,
  PASSWORD,
  session,
  storedHash,
  unverifiedUser,
  verifiedUser,
} from "@/tests/support/people";
import { follow, localClient, SHOP, SITE, send } from "./supabase-client";

const KEY = "lk_service_of-these-tests";
const hash = createHash("sha256").update(KEY).digest("hex");
beforeAll(() => {
  Object.assign(env(), { APP_URL: SITE, API_REDIRECT_URLS: [SHOP], SUPABASE_SERVICE_KEYS: [{ name: "office", hash }] });
});
beforeEach(async () => void (await db.rateLimit.deleteMany()));

const newEmail = () => `${randomUUID().slice(0, 8)}@example.com`;
const withKey = (key: string, more: object = {}) =>
  localClient({ headers: { apikey: key, Authorization: `Bearer ${key}`, ...more } }).admin;
const admin = withKey(KEY);
const HOUR_MS = 3_600_000;
const EXPIRED = { status: 403, code: "otp_expired" };
const tokenOf = (url = "") => new URL(url).searchParams.get("token") ?? "";

/** Makes the mails to an address older by this time. */
async function pass(email: string, ms: number): Promise<void> {
  for (const { id, createdAt, expires } of await db.verification.findMany({ where: { email } })) {
    const data = { createdAt: new Date(createdAt.getTime() - ms), expires: new Date(expires.getTime() - ms) };
    await db.verification.update({ where: { id }, data });
  }
}

describe("a service-role key", () => {
  const USER = `admin/users/${randomUUID()}`;
  const CALLS = ["admin/users", USER, `${USER}/factors`, `${USER}/passkeys`];
  const WRITES: [string, string][] = [
    ["POST", "admin/users"],
    ["PUT", USER],
    ["DELETE", USER],
    ["DELETE", `${USER}/factors/${randomUUID()}`],
    ["DELETE", `${USER}/passkeys/${randomUUID()}`],
    ["POST", "admin/generate_link"],
    ["POST", "invite"],
  ];

  test("is asked for by every route, and no other token is one, not even an admin's", async () => {
    const user = await adminUser();
    const auth = localClient();
    const { data } = await auth.signInWithPassword({ email: user.email, password: PASSWORD });
    for (const [method, path] of [...CALLS.map((each) => ["GET", each] as const), ...WRITES]) {
      const status = async (authorization?: string) =>
        (await send(path, { method, headers: authorization ? { authorization } : {} })).status;
      expect([await status(), await status(`Bearer ${data.session?.access_token}`)], path).toEqual([401, 403]);
      expect(await status(`Bearer ${KEY}x`), path).toBe(403);
      expect(await status(`Bearer ${hash}`), path).toBe(403);
    }
  });

  test("is refused in a browser, wherever a page sends it", async () => {
    const marks: Record<string, string>[] = [{ origin: SITE }, { "sec-fetch-site": "same-origin" }];
    for (const header of marks) {
      expect((await withKey(KEY, header).listUsers()).error?.status).toBe(401);
      const headers = { ...header, apikey: KEY, "content-type": "application/json" };
      const body = JSON.stringify({ email: newEmail(), password: PASSWORD });
      expect((await send("signup", { method: "POST", headers, body })).status).toBe(401);
    }
    expect((await send("settings", { headers: { apikey: "any", origin: SITE } })).status).toBe(200);
  });
});

describe("auth.admin", () => {
  test("makes a user who can sign in, with what only an operator sets", async () => {
    const email = newEmail();
    const made = {
      email,
      password: PASSWORD,
      email_confirm: true,
      user_metadata: { a: 1 },
      app_metadata: { plan: "pro" },
    };
    const { data, error } = await admin.createUser(made);
    expect(error).toBeNull();
    expect(data.user).toMatchObject({
      email,
      user_metadata: { a: 1 },
      app_metadata: { provider: "email", plan: "pro" },
    });
    const auth = localClient();
    const signedIn = await auth.signInWithPassword({ email, password: PASSWORD });
    expect(signedIn.data.user?.app_metadata).toMatchObject({ plan: "pro" });
    expect((await admin.createUser({ email })).error).toMatchObject({ status: 422, code: "email_exists" });
    expect((await admin.createUser({ email: newEmail(), password: "password" })).error).toMatchObject({
      code: "weak_password",
    });
    expect((await admin.createUser({ email: newEmail(), role: "service_role" })).error).toMatchObject({
      code: "validation_failed",
    });
  });

  test("makes one whose mailbox is to be proved yet, where not told that it is", async () => {
    const email = newEmail();
    await admin.createUser({ email, password: PASSWORD });
    expect((await localClient().signInWithPassword({ email, password: PASSWORD })).error).toMatchObject({
      code: "email_not_confirmed",
    });
  });

  test("lists users, page by page, and reads one", async () => {
    const [first, second] = [await verifiedUser(), await verifiedUser()];
    const page = await admin.listUsers({ page: 1, perPage: 1 });
    expect(page.data.users.map(({ id }) => id)).toEqual([second.id]);
    expect(page.data).toMatchObject({ aud: "authenticated", nextPage: 2, total: await db.user.count() });
    expect((await admin.getUserById(first.id)).data.user).toMatchObject({
      email: first.email,
      identities: [{ provider: "email" }],
    });
    expect((await admin.getUserById(randomUUID())).error).toMatchObject({ status: 404, code: "user_not_found" });
    const statusOf = async (query: string) =>
      (await send(`admin/users?${query}`, { headers: { authorization: `Bearer ${KEY}` } })).status;
    for (const odd of ["page=-1", "per_page=x", "page=1e99", "page=0.5", "page=9999999"])
      expect(await statusOf(odd), odd).toBe(400);
    for (const fine of ["page=&per_page=", "page=0", "page=999999&per_page=999999"])
      expect(await statusOf(fine), fine).toBe(200);
  });

  test("sets a password, which ends the sessions and is told by mail", async () => {
    const user = await verifiedUser();
    await session(user);
    expect((await admin.updateUserById(user.id, { password: other() })).error).toBeNull();
    expect(await db.session.count({ where: { userId: user.id } })).toBe(0);
    await newestMail(user.email, /password was changed/);
    expect((await localClient().signInWithPassword({ email: user.email, password: other() })).error).toBeNull();
  });

  test("sets an address, which ends the sessions, and which the old mailbox can take back", async () => {
    const [user, email] = [await verifiedUser(), newEmail()];
    await session(user);
    const { data } = await admin.updateUserById(user.id, { email });
    expect(data.user).toMatchObject({ email, email_confirmed_at: user.emailVerified?.toISOString() });
    expect(await db.session.count({ where: { userId: user.id } })).toBe(0);
    expect((await localClient().signInWithPassword({ email, password: PASSWORD })).error).toBeNull();
    await newestMail(email, /address was changed/);
    // The former address stays reserved for its owner.
    const other = await verifiedUser();
    for (const taken of [
      await admin.createUser({ email: user.email }),
      await admin.updateUserById(other.id, { email: user.email }),
    ])
      expect(taken.error).toMatchObject({ code: "email_exists" });
    const undo = new URL((await newestMail(user.email, /changed for you/)).url ?? "").searchParams.get("token");
    expect(await undoEmailChange(undo ?? "", client())).toMatchObject({ ok: true, value: { email: user.email } });
    expect((await localClient().signInWithPassword({ email: user.email, password: PASSWORD })).error).toBeNull();
  });

  test("corrects an address that it has set or vouched for, and gives its mailbox, which nobody proved, no way back", async () => {
    const [mistyped, again, right] = [newEmail(), newEmail(), newEmail()];
    const { data } = await admin.createUser({ email: mistyped, password: PASSWORD, email_confirm: true });
    const id = data.user?.id ?? "";
    for (const email of [again, right]) expect((await admin.updateUserById(id, { email })).error).toBeNull();
    for (const wrong of [mistyped, again]) {
      const { token, props } = await newestMail(wrong, /changed for you/);
      expect([token, props]).toEqual(["", {}]);
    }
    expect(await db.verification.count({ where: { userId: id } })).toBe(0);
    expect((await localClient().signInWithPassword({ email: right, password: PASSWORD })).error).toBeNull();
  });

  test("lets a mailbox take the account back that was proved after the operator had vouched for it", async () => {
    const [email, moved] = [newEmail(), newEmail()];
    const { data } = await admin.createUser({ email, email_confirm: true });
    const link = await admin.generateLink({ type: "magiclink", email });
    await follow(link.data.properties?.action_link ?? "");
    await admin.updateUserById(data.user?.id ?? "", { email: moved });
    const { url } = await newestMail(email, /changed for you/);
    expect(await undoEmailChange(tokenOf(url), client())).toMatchObject({ ok: true, value: { email } });
  });

  test("lets a mailbox take the account back that was proved after the operator had corrected it", async () => {
    const [user, email, moved] = [await unverifiedUser(), newEmail(), newEmail()];
    await admin.updateUserById(user.id, { email });
    const link = await admin.generateLink({ type: "magiclink", email });
    await follow(link.data.properties?.action_link ?? "");
    await admin.updateUserById(user.id, { email: moved });
    const { url } = await newestMail(email, /changed for you/);
    expect(await undoEmailChange(tokenOf(url), client())).toMatchObject({ ok: true, value: { email } });
  });

  test("sets no address that another person has", async () => {
    const [user, taken] = [await verifiedUser(), await unverifiedUser()];
    const given = { email: taken.email, password: other(), app_metadata: { plan: "pro" } };
    expect((await admin.updateUserById(user.id, given)).error).toMatchObject({ status: 422, code: "email_exists" });
    expect((await admin.getUserById(user.id)).data.user).toMatchObject({ email: user.email, app_metadata: {} });
    expect(await outbox(user.email)).toEqual([]);
    expect((await localClient().signInWithPassword({ email: user.email, password: PASSWORD })).error).toBeNull();
  });

  test("vouches for an address, and else proves none by changing it", async () => {
    const [user, email] = [await unverifiedUser(), newEmail()];
    const changed = await admin.updateUserById(user.id, { email });
    expect(changed.data.user).not.toHaveProperty("email_confirmed_at");
    // The first address gets no mail, because a stranger may have named it.
    expect(await outbox(user.email)).toEqual([]);
    await admin.updateUserById(user.id, { email_confirm: true });
    expect((await localClient().signInWithPassword({ email, password: PASSWORD })).error).toBeNull();
  });

  test("takes away a factor that is being set up, and none that counts", async () => {
    const { user, id } = await twoStepUser();
    const setup = await insertAuthenticator({ userId: user.id, label: "New phone", secret: "A".repeat(32) });
    const [counts, none] = [
      { userId: user.id, id },
      { userId: (await verifiedUser()).id, id: setup.id },
    ];
    expect((await admin.mfa.deleteFactor(counts)).error).toMatchObject({ status: 403, message: /\/admin/ });
    expect((await admin.mfa.deleteFactor(none)).error).toMatchObject({ status: 404, code: "mfa_factor_not_found" });
    expect((await admin.mfa.deleteFactor({ userId: user.id, id: setup.id })).error).toBeNull();
    expect((await db.authenticator.findMany({ where: { userId: user.id } })).map((one) => one.id)).toEqual([id]);
    const passkey = { userId: user.id, passkeyId: randomUUID() };
    expect((await admin.passkey.deletePasskey(passkey)).error).toMatchObject({ status: 403 });
    expect((await admin.passkey.listPasskeys({ userId: user.id })).data).toEqual([]);
  });

  test("changes all that is asked for or nothing: not the metadata beside an address that is taken", async () => {
    const [user, owner] = [await verifiedUser(), await verifiedUser()];
    const changes = { email: owner.email, user_metadata: { a: 1 }, app_metadata: { plan: "pro" } };
    expect((await admin.updateUserById(user.id, changes)).error).toMatchObject({ status: 422 });
    const kept = await db.user.findUniqueOrThrow({ where: { id: user.id } });
    expect([kept.userMetadata, kept.appMetadata, kept.email]).toEqual([
      user.userMetadata,
      user.appMetadata,
      user.email,
    ]);
  });

  test("merges metadata, bans and lifts a ban", async () => {
    const user = await verifiedUser();
    await admin.updateUserById(user.id, { app_metadata: { plan: "pro", seats: 3 }, user_metadata: { a: 1 } });
    const { data } = await admin.updateUserById(user.id, { app_metadata: { seats: null }, ban_duration: "876000h" });
    expect(data.user).toMatchObject({
      app_metadata: { plan: "pro" },
      user_metadata: { a: 1 },
      banned_until: expect.anything(),
    });
    expect(data.user?.app_metadata).not.toHaveProperty("seats");
    const signIn = () => localClient().signInWithPassword({ email: user.email, password: PASSWORD });
    expect((await signIn()).error).not.toBeNull();
    expect((await admin.updateUserById(user.id, { ban_duration: "none" })).error).toBeNull();
    expect((await signIn()).error).toBeNull();
    expect((await admin.updateUserById(user.id, { ban_duration: "24h" })).error).toMatchObject({
      code: "validation_failed",
    });
    const large = { app_metadata: { x: "x".repeat(1_100) } };
    expect((await admin.updateUserById(user.id, large)).error).toMatchObject({ code: "validation_failed" });
  });

  test("deletes users, and leaves admins alone", async () => {
    const [user, boss] = [await verifiedUser(), await adminUser()];
    expect((await admin.deleteUser(user.id, true)).error).toMatchObject({ code: "validation_failed", message: /ban/ });
    expect((await admin.deleteUser(user.id)).error).toBeNull();
    expect(await db.user.count({ where: { id: user.id } })).toBe(0);
    expect((await admin.deleteUser(boss.id)).error).toMatchObject({ status: 403 });
    expect((await admin.updateUserById(boss.id, { ban_duration: "876000h" })).error).toMatchObject({ status: 403 });
    expect(await db.user.findUnique({ where: { id: boss.id } })).toMatchObject({ disabledAt: null });
  });

  test("signs a person out by their token", async () => {
    const user = await verifiedUser();
    const { data } = await localClient().signInWithPassword({ email: user.email, password: PASSWORD });
    expect((await admin.signOut(data.session?.access_token ?? "", "global")).error).toBeNull();
    expect(await db.session.count({ where: { userId: user.id } })).toBe(0);
  });
});

describe("an invitation", () => {
  test("is mailed, and makes the account the mailbox owner's, who then sets a password", async () => {
    const email = newEmail();
    const { data, error } = await admin.inviteUserByEmail(email, { data: { team: "a" }, redirectTo: SHOP });
    expect([error, data.user?.email]).toEqual([null, email]);
    expect(await db.user.findUnique({ where: { email } })).toMatchObject({ emailVerified: null });
    await pass(email, 23 * HOUR_MS);
    const target = await follow((await newestMail(email, /invited/)).url ?? "");
    expect(target.href).toMatch(/^https:\/\/shop\.example\.com\/callback#access_token=.*type=invite/);
    const given = Object.fromEntries(new URLSearchParams(target.hash.slice(1)));
    const auth = localClient();
    await auth.setSession({ access_token: given.access_token ?? "", refresh_token: given.refresh_token ?? "" });
    expect((await auth.updateUser({ password: other() })).data.user).toMatchObject({
      id: data.user?.id,
      user_metadata: { team: "a" },
    });
    expect((await admin.inviteUserByEmail(email)).error).toMatchObject({ code: "email_exists" });
  });

  test("waits a day, and its code ten minutes", async () => {
    const [late, slow] = [newEmail(), newEmail()];
    await admin.inviteUserByEmail(late);
    await admin.inviteUserByEmail(slow);
    const { url, code = "" } = await newestMail(late, /invited/);
    await pass(late, 25 * HOUR_MS);
    expect((await localClient().verifyOtp({ type: "invite", token_hash: tokenOf(url) })).error).toMatchObject(EXPIRED);
    await pass(slow, HOUR_MS / 6);
    const typed = { type: "invite", email: slow, token: (await newestMail(slow, /invited/)).code ?? "" } as const;
    expect((await localClient().verifyOtp(typed)).error).toMatchObject(EXPIRED);
    expect(code).toMatch(/^\d{6}$/);
  });

  test("of an address that a stranger claimed takes it from them", async () => {
    const squatted = await unverifiedUser();
    await session(squatted);
    await admin.inviteUserByEmail(squatted.email);
    const code = (await newestMail(squatted.email, /invited/)).code ?? "";
    expect((await localClient().verifyOtp({ type: "invite", email: squatted.email, token: code })).error).toBeNull();
    expect(await storedHash(squatted.id)).toBeUndefined();
    expect(await db.session.count({ where: { userId: squatted.id } })).toBe(1);
  });
});

test("generateLink makes a user, whose mailbox its link proves", async () => {
  const email = newEmail();
  const { data } = await admin.generateLink({ type: "signup", email, password: PASSWORD, options: { data: { a: 1 } } });
  expect(await outbox(email)).toEqual([]);
  expect(data.user).toMatchObject({ email, user_metadata: { a: 1 } });
  expect(await db.user.findUnique({ where: { email } })).toMatchObject({ emailVerified: null });
  const proved = await localClient().verifyOtp({ type: "signup", email, token: data.properties?.email_otp ?? "" });
  expect(proved.data.user).toMatchObject({ id: data.user?.id, email });
  expect((await localClient().signInWithPassword({ email, password: PASSWORD })).error).toBeNull();
  const again = await admin.generateLink({ type: "signup", email, password: PASSWORD });
  expect(again.error).toMatchObject({ status: 422, code: "email_exists" });
});

test("generateLink makes what the operator mails, and mails nothing", async () => {
  for (const type of ["magiclink", "recovery", "invite"] as const) {
    const email = type === "invite" ? newEmail() : (await verifiedUser()).email;
    const { data, error } = await admin.generateLink({ type, email, options: { redirectTo: SHOP } });
    expect([error, data.user?.email, data.properties?.verification_type]).toEqual([null, email, type]);
    expect(await outbox(email)).toEqual([]);
    const { action_link = "", email_otp = "", hashed_token = "" } = data.properties ?? {};
    const byHash = localClient();
    if (type === "magiclink") expect((await follow(action_link)).hash).toContain("access_token");
    else if (type === "invite") expect((await byHash.verifyOtp({ type, token_hash: hashed_token })).error).toBeNull();
    else expect((await byHash.verifyOtp({ type, email, token: email_otp })).error).toBeNull();
  }
  const none = { type: "recovery", email: newEmail() } as const;
  expect((await admin.generateLink(none)).error).toMatchObject({ status: 404, code: "user_not_found" });
  const current = { type: "email_change_current", email: newEmail(), newEmail: newEmail() } as const;
  expect((await admin.generateLink(current)).error).toMatchObject({ code: "validation_failed" });
});

describe("generateLink of a change of address", () => {
  const change = (email: string, to: string) =>
    admin.generateLink({ type: "email_change_new", email, newEmail: to, options: { redirectTo: SHOP } });

  test("moves it for its person alone, and the old mailbox is told at once and can take it back", async () => {
    const [{ id, email }, to, auth] = [await verifiedUser(), newEmail(), localClient()];
    const { data, error } = await change(email, to);
    expect(error).toBeNull();
    expect(data.user).toMatchObject({ id, email, new_email: to });
    expect(await outbox(to)).toEqual([]);
    const { action_link = "", email_otp = "", hashed_token = "" } = data.properties ?? {};
    const page = new URL((await send(action_link)).headers.get("location") ?? "");
    expect(page.pathname).toBe("/verify-email");
    const stranger = await localClient().verifyOtp({ type: "email_change", token_hash: hashed_token });
    expect(stranger.error).toMatchObject({ code: "reauthentication_needed" });
    const { url: undoUrl } = await newestMail(email);
    const { data: own } = await auth.signInWithPassword({ email, password: PASSWORD });
    const headers = { authorization: `Bearer ${own.session?.access_token}`, "content-type": "application/json" };
    const body = JSON.stringify({ type: "email_change", email: to, token: email_otp });
    expect((await send("verify", { method: "POST", headers, body })).status).toBe(200);
    expect((await admin.getUserById(id)).data.user?.email).toBe(to);
    expect(await undoEmailChange(tokenOf(undoUrl), client())).toMatchObject({ ok: true, value: { done: "undone" } });
    expect((await admin.getUserById(id)).data.user?.email).toBe(email);
  });

  test("gives the mailbox of a mistyped address, which was never proved, no way to take the account", async () => {
    const [{ id, email }, to] = [await unverifiedUser(), newEmail()];
    const { data } = await change(email, to);
    expect(await outbox(email)).toEqual([]);
    const token_hash = data.properties?.hashed_token ?? "";
    const typed = { type: "email_change", token_hash, current_password: PASSWORD } as const;
    expect((await localClient().verifyOtp(typed)).error).toBeNull();
    expect((await admin.getUserById(id)).data.user?.email).toBe(to);
    expect(await db.verification.count({ where: { userId: id, purpose: "undo-email-change" } })).toBe(0);
  });

  test("takes no address that is theirs or another's, and nobody who is not there or banned", async () => {
    const [mine, other, banned] = [await verifiedUser(), await verifiedUser(), await verifiedUser()];
    await db.user.update({ where: { id: banned.id }, data: { disabledAt: new Date() } });
    expect((await change(mine.email, other.email)).error).toMatchObject({ status: 422, code: "email_exists" });
    expect((await change(mine.email, mine.email)).error).toMatchObject({ code: "validation_failed" });
    expect((await change(mine.email, "nonsense")).error).toMatchObject({ code: "validation_failed" });
    for (const email of [newEmail(), banned.email])
      expect((await change(email, newEmail())).error).toMatchObject({ status: 404, code: "user_not_found" });
    expect(await db.verification.count({ where: { userId: { in: [mine.id, banned.id] } } })).toBe(0);
  });
});
