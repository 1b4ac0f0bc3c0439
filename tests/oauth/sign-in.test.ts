import { beforeEach, describe, expect, test } from "vitest";
import { requestEmailChange } from "@/lib/auth/change-email";
import { forgotPassword } from "@/lib/auth/forgot-password";
import { login } from "@/lib/auth/login";
import { resetPassword } from "@/lib/auth/reset-password";
import { revokeOtherSessions } from "@/lib/auth/sign-out";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { issueVerification } from "@/lib/auth/store/verifications";
import { db } from "@/lib/db";
import { disconnectAccount, keepForLinking, linkWaiting } from "@/lib/oauth/link-account";
import type { Profile } from "@/lib/oauth/provider";
import { registry } from "@/lib/oauth/registry";
import { signInWithProfile } from "@/lib/oauth/sign-in";
import { FIREFOX } from "@/tests/support/browser";
import { resetDatabase } from "@/tests/support/database";
import { events } from "@/tests/support/events";
import { emptyOutbox, outbox } from "@/tests/support/outbox";
import {
  client,
  disabledUser,
  links,
  PASSWORD,
  providerUser,
  session,
  unverifiedUser,
  verifiedUser,
  withEnv,
} from "@/tests/support/people";

const refused = (code: string) => ({ ok: false, error: { code } });

function profile(given: Partial<Profile> = {}): Profile {
  const email = "alice@example.com";
  const fields = { name: "Alice Example" };
  return {
    ...{ provider: "demo", providerAccountId: "alice-1", email, emailVerified: true, fields, username: null, raw: {} },
    image: "https://images.example.com/alice.png",
    ...given,
  };
}

const link = (userId: string, given: Partial<Profile> = {}) => {
  const { provider, providerAccountId } = profile(given);
  return db.account.create({ data: { userId, type: "oauth", provider, providerAccountId } });
};

/** A signed-in person; `minutes` since they proved who they are. */
async function signedIn(user: Awaited<ReturnType<typeof verifiedUser>>, minutes = 0) {
  const { principal } = await session(user);
  return { ...principal, authenticatedAt: new Date(Date.now() - minutes * 60_000) };
}

/** The browser that keeps this id has signed a user in. */
const arrive = (id: string, { id: userId }: { id: string }) =>
  linkWaiting(id, { userId, sessionId: "session" }, client());

const isUnchanged = async (before: { id: string }) =>
  expect(await db.user.findUnique({ where: { id: before.id }, include: { accounts: true } })).toEqual({
    ...before,
    accounts: [],
  });

beforeEach(async () => {
  await resetDatabase();
  await emptyOutbox();
});

describe("a visitor whose account is linked", () => {
  test("is signed in, whatever the email says by now", async () => {
    const alice = await verifiedUser();
    await link(alice.id);
    for (const email of [null, "new@example.com", "bob@example.com"]) {
      const result = await signInWithProfile(profile({ email, emailVerified: false }), client());
      expect(result).toMatchObject({ ok: true, value: { user: { id: alice.id }, outcome: "known" } });
      if (!result.ok || !result.value.session) throw new Error("no session");
      expect(await findPrincipal(result.value.session.token)).toMatchObject({ userId: alice.id });
    }
    expect(await db.user.count()).toBe(1);
  });

  test("is told of it by mail, as from any new device", async () => {
    const alice = await verifiedUser();
    await link(alice.id);
    await signInWithProfile(profile(), client());
    expect(await outbox()).toMatchObject([{ to: alice.email, subject: "New sign-in to your account" }]);
  });

  test("is refused when disabled, like with a password", async () => {
    const alice = await disabledUser({ email: "alice@example.com" });
    expect(await signInWithProfile(profile(), client())).toMatchObject(refused("user_disabled"));
    await link(alice.id);
    expect(await signInWithProfile(profile(), client())).toMatchObject(refused("user_disabled"));
    expect(await db.session.count()).toBe(0);
  });

  test("is asked to confirm an address that nobody proved", async () => {
    const alice = await unverifiedUser();
    await link(alice.id);
    expect(await signInWithProfile(profile(), client())).toMatchObject(refused("email_unverified"));
    const open = { AUTH_REQUIRE_EMAIL_VERIFICATION: false };
    expect(await withEnv(open, () => signInWithProfile(profile(), client()))).toMatchObject({ ok: true });
  });
});

describe("a visitor whose account is new", () => {
  test("becomes a user with name, picture and a proved email, and no password", async () => {
    const result = await signInWithProfile(profile(), client());
    expect(result).toMatchObject({ ok: true, value: { outcome: "created" } });
    const user = await db.user.findUniqueOrThrow({
      where: { email: "alice@example.com" },
      include: { accounts: true, credential: true },
    });
    expect(user).toMatchObject({ name: "Alice Example", image: profile().image, role: "user", credential: null });
    expect(user.emailVerified).toBeInstanceOf(Date);
    expect(user.accounts).toMatchObject([{ provider: "demo", providerAccountId: "alice-1", label: user.email }]);
  });

  test("is one user, also when it comes twice at the same time", async () => {
    const results = await Promise.all([1, 2, 3].map(() => signInWithProfile(profile(), client())));
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(await db.user.count()).toBe(1);
    expect(await db.account.count()).toBe(1);
  });

  test.each([
    ["without an email", { email: null, emailVerified: false }],
    ["with an unproved email", { emailVerified: false }],
  ])("%s is refused, and nothing is made", async (_, given) => {
    expect(await signInWithProfile(profile(given), client())).toMatchObject(refused("provider_email"));
    expect([await db.user.count(), await db.session.count()]).toEqual([0, 0]);
  });

  test("is refused where nobody may register", async () => {
    const result = await withEnv({ AUTH_ALLOW_SIGNUP: false }, () => signInWithProfile(profile(), client()));
    expect(result).toMatchObject(refused("signup_disabled"));
    expect(await db.user.count()).toBe(0);
  });

  test("with an unproved email of somebody's is not them, and leaves them alone", async () => {
    for (const emailVerified of [new Date(), null]) {
      await resetDatabase();
      const alice = await verifiedUser({ email: "alice@example.com", emailVerified });
      const result = await signInWithProfile(profile({ emailVerified: false }), client());
      expect(result).toMatchObject(refused("provider_email"));
      await isUnchanged(alice);
    }
  });

  test("with the proved email of a user who proved it is not linked silently", async () => {
    const alice = await verifiedUser({ email: "alice@example.com" });
    expect(await signInWithProfile(profile(), client())).toMatchObject(refused("account_exists"));
    await isUnchanged(alice);
    expect(await db.session.count()).toBe(0);
  });

  test("with the proved email of a user who never did takes that user over, clean", async () => {
    const squatted = await unverifiedUser({ email: "alice@example.com", name: "Mallory" });
    await link(squatted.id, { providerAccountId: "mallory-1" });
    const { principal, token } = await session(squatted);
    await forgotPassword({ email: squatted.email }, client(), links);
    await outbox();
    const change = { email: "mallory@example.com", currentPassword: PASSWORD };
    expect(await requestEmailChange(principal, change, client(), links)).toMatchObject({ ok: true });

    const result = await signInWithProfile(profile(), client());
    expect(result).toMatchObject({ ok: true, value: { user: { id: squatted.id, name: "Alice Example" } } });
    expect(await findPrincipal(token)).toBeNull();
    expect(await db.credential.count()).toBe(0);
    expect(await db.verification.count()).toBe(0);
    expect(await db.account.findMany()).toMatchObject([{ providerAccountId: "alice-1" }]);
    const input = { email: squatted.email, password: PASSWORD, remember: false };
    expect(await login(input, client(), links)).toMatchObject(refused("invalid_credentials"));
    const mallory = profile({ providerAccountId: "mallory-1" });
    expect(await signInWithProfile(mallory, client())).toMatchObject(refused("account_exists"));
  });
});

describe("a signed-in person", () => {
  test.each<[string, Partial<Profile>]>([
    ["a proved email of their own", {}],
    ["another proved email", { email: "alice@work.example.com" }],
    ["the proved email of somebody else", { email: "bob@example.com" }],
    ["an unproved email", { emailVerified: false }],
    ["no email", { email: null, emailVerified: false }],
  ])("who signed in just now links an account with %s, and a mail says so", async (_, given) => {
    await verifiedUser({ email: "bob@example.com" });
    const alice = await verifiedUser({ email: "alice@example.com" });
    const principal = await signedIn(alice, 9);
    const result = await signInWithProfile(profile(given), client(), { principal });
    expect(result).toMatchObject({ ok: true, value: { user: { id: alice.id }, session: null, outcome: "linked" } });
    expect(await db.account.findMany()).toMatchObject([{ userId: alice.id, provider: "demo" }]);
    expect(await outbox()).toMatchObject([{ to: alice.email, subject: "A way to sign in was added" }]);
    const event = await db.securityEvent.findFirst({ where: { type: "account.linked" } });
    expect(event).toMatchObject({ sessionId: principal.sessionId, userAgent: FIREFOX });
    expect(await db.session.count()).toBe(1);
  });

  test("is refused once the session has ended, which a request of it may have waited for", async () => {
    const alice = await verifiedUser();
    const [thief, owner] = [await signedIn(alice), await signedIn(alice)];
    await revokeOtherSessions(owner);
    const linked = await signInWithProfile(profile(), client(), { principal: thief });
    expect(linked).toMatchObject(refused("unauthenticated"));
    expect(await db.account.count({ where: { userId: alice.id } })).toBe(0);
  });

  test("who signed in longer ago is asked to sign in again", async () => {
    const principal = await signedIn(await verifiedUser(), 11);
    const result = await signInWithProfile(profile(), client(), { principal });
    expect(result).toMatchObject(refused("reauthentication_required"));
    expect([await db.account.count(), (await outbox()).length]).toEqual([0, 0]);
  });

  test("is refused an account that opens somebody else", async () => {
    const bob = await verifiedUser({ email: "bob@example.com" });
    await link(bob.id);
    const principal = await signedIn(await verifiedUser());
    const result = await signInWithProfile(profile(), client(), { principal });
    expect(result).toMatchObject(refused("account_linked_elsewhere"));
    expect(await db.account.findMany()).toMatchObject([{ userId: bob.id }]);
  });

  test("who links the same account again has it once", async () => {
    const alice = await verifiedUser();
    const principal = await signedIn(alice);
    for (let i = 0; i < 2; i++)
      expect(await signInWithProfile(profile(), client(), { principal })).toMatchObject({ ok: true });
    expect(await db.account.count()).toBe(1);
    expect(await outbox()).toHaveLength(1);
  });
});

describe("an API client", () => {
  test("gets a session of its kind", async () => {
    await signInWithProfile(profile(), client(), { kind: "api" });
    expect(await db.session.findMany()).toMatchObject([{ kind: "api" }]);
  });
});

describe("an account that waits for its owner", () => {
  test("is linked when that user signs in, once, and a mail says so", async () => {
    const alice = await verifiedUser({ email: "alice@example.com" });
    const id = (await keepForLinking(profile())) ?? "";
    expect(await arrive(id, await verifiedUser())).toBe(false);
    expect(await db.account.count()).toBe(0);
    expect(await arrive(id, alice)).toBe(true);
    expect(await db.account.findMany()).toMatchObject([{ userId: alice.id, providerAccountId: "alice-1" }]);
    expect(await outbox()).toMatchObject([{ to: alice.email, subject: "A way to sign in was added" }]);
    expect(await arrive(id, alice)).toBe(true);
    expect(await outbox()).toHaveLength(1);
  });

  test("is forgotten after 15 minutes, and never taken from somebody else", async () => {
    const alice = await verifiedUser({ email: "alice@example.com" });
    const late = (await keepForLinking(profile())) ?? "";
    await db.verification.updateMany({ data: { expires: new Date(Date.now() - 1) } });
    await arrive(late, alice);
    expect(await db.account.count()).toBe(0);
    const taken = (await keepForLinking(profile())) ?? "";
    const bob = await verifiedUser();
    await link(bob.id);
    await arrive(taken, alice);
    expect(await db.account.findMany()).toMatchObject([{ userId: bob.id }]);
    expect(await outbox()).toEqual([]);
  });

  test("is forgotten when the address that it rests on is no longer that user's", async () => {
    const alice = await verifiedUser({ email: "alice@example.com" });
    const id = (await keepForLinking(profile())) ?? "";
    await db.user.update({ where: { id: alice.id }, data: { email: "alice@new.example.com" } });
    expect(await arrive(id, alice)).toBe(true);
    expect(await db.account.count()).toBe(0);
  });

  test("is linked also when that user has to set a new password first", async () => {
    const alice = await verifiedUser({ email: "alice@example.com" });
    const id = (await keepForLinking(profile())) ?? "";
    const { token } = await issueVerification({ purpose: "reset", userId: alice.id, email: alice.email });
    expect(await resetPassword({ token, newPassword: "other-plover-77-hatch" }, client())).toMatchObject({ ok: true });
    await arrive(id, alice);
    expect(await db.account.findMany()).toMatchObject([{ userId: alice.id }]);
  });

  test("is not kept without a proof, or for nobody", async () => {
    expect(await keepForLinking(profile())).toBeNull();
    await verifiedUser({ email: "alice@example.com" });
    expect(await keepForLinking(profile({ emailVerified: false }))).toBeNull();
  });
});

describe("disconnecting", () => {
  const disconnect = async (user: Awaited<ReturnType<typeof verifiedUser>>, accountId: string) =>
    disconnectAccount(await signedIn(user), { accountId }, client());

  test("is refused for the last way to sign in", async () => {
    const alice = await providerUser();
    const account = await link(alice.id);
    expect(await disconnect(alice, account.id)).toMatchObject(refused("last_sign_in_method"));
    // One at a provider that is off opens nothing.
    await link(alice.id, { provider: "switched-off", providerAccountId: "x" });
    expect(await disconnect(alice, account.id)).toMatchObject(refused("last_sign_in_method"));
    expect(await db.account.count()).toBe(2);
  });

  test("works beside a password, and beside another account", async () => {
    const bob = await verifiedUser();
    expect(await disconnect(bob, (await link(bob.id)).id)).toMatchObject({ ok: true });
    const alice = await providerUser();
    const account = await link(alice.id);
    await link(alice.id, { provider: "example", providerAccountId: "x" });
    registry.add("example", EXAMPLE);
    expect(await disconnect(alice, account.id)).toMatchObject({ ok: true });
    registry.remove("example");
    expect(events("account.unlinked")).toHaveLength(2);
  });

  test("ends what that way may have begun, and tells the person by mail", async () => {
    const alice = await verifiedUser();
    const { id: accountId } = await link(alice.id);
    const byProvider = await signInWithProfile(profile(), client());
    if (!byProvider.ok || !byProvider.value.session) throw new Error("no session");
    await issueVerification({ purpose: "sign-in", userId: alice.id, email: alice.email, payload: {} });
    const { principal, token } = await session(alice);
    await emptyOutbox();
    expect(await disconnectAccount(principal, { accountId }, client())).toMatchObject({ ok: true });
    expect(await findPrincipal(byProvider.value.session.token)).toBeNull();
    expect(await findPrincipal(token)).toMatchObject({ userId: alice.id });
    expect(await db.verification.count()).toBe(0);
    expect(await outbox()).toMatchObject([{ to: alice.email, subject: "A way to sign in was removed" }]);
  });

  test("ends what waits to be connected, too", async () => {
    const alice = await verifiedUser({ email: "alice@example.com" });
    const elsewhere = (await keepForLinking(profile())) ?? "";
    expect(await disconnect(alice, (await link(alice.id)).id)).toMatchObject({ ok: true });
    await arrive(elsewhere, alice);
    expect(await db.account.count()).toBe(0);
  });

  test("asks for a fresh proof, of both factors where the account has two", async () => {
    const alice = await verifiedUser();
    const { id: accountId } = await link(alice.id);
    const [stale, byPassword] = [await signedIn(alice, 11), await signedIn(alice, 9)];
    expect(await disconnectAccount(stale, { accountId }, client())).toMatchObject(refused("reauthentication_required"));
    const app = { label: "Phone", secret: "sealed", confirmedAt: new Date() };
    await db.authenticator.create({ data: { ...app, userId: alice.id } });
    expect(await disconnectAccount(byPassword, { accountId }, client())).toMatchObject(
      refused("second_factor_required"),
    );
    expect(await db.account.count()).toBe(1);
  });

  test("leaves one of two that are disconnected at the same time", async () => {
    registry.add("example", EXAMPLE);
    const alice = await providerUser();
    const principal = await signedIn(alice);
    const accounts = [1, 2].map((n) => link(alice.id, { provider: "example", providerAccountId: `${n}` }));
    const ids = (await Promise.all(accounts)).map(({ id }) => id);
    await Promise.all(ids.map((accountId) => disconnectAccount(principal, { accountId }, client())));
    expect(await db.account.count()).toBe(1);
    registry.remove("example");
  });

  test("somebody else's looks like one that does not exist", async () => {
    const account = await link((await verifiedUser()).id);
    expect(await disconnect(await verifiedUser(), account.id)).toMatchObject(refused("not_found"));
    expect(await db.account.count()).toBe(1);
  });

  const EXAMPLE = {
    icon: "",
    enabled: true,
    grantConfig: { key: "k", secret: "s", authorize_url: "https://a.example", access_url: "https://a.example" },
    authCallback: () => ({}),
  };
});

test("no token of a provider is stored", async () => {
  const columns = Object.keys(await link((await verifiedUser()).id));
  expect(columns.sort()).toEqual(["createdAt", "id", "label", "provider", "providerAccountId", "type", "userId"]);
});
