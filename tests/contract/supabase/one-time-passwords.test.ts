import { randomUUID } from "node:crypto";
import type { GoTrueClient } from "@supabase/auth-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { type ApiServer, SHOP_CALLBACK, startApiServer } from "@/tests/support/api-server";
import { attributeOf, HttpClient } from "@/tests/support/http-client";
import { other, PASSWORD, providerUser, verifiedUser } from "@/tests/support/people";
import { pressConfirm } from "@/tests/support/press-button";
import { accessToken, claimsOf, newClient as newClientOf, signIn as signInAt } from "./supabase-client";

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => void (await server?.stop()));

const newEmail = () => `${randomUUID().slice(0, 8)}@example.com`;
const EXPIRED = { status: 403, code: "otp_expired" };
const NOT_VALID = { status: 422, code: "reauthentication_not_valid" };

const newClient = (headers?: Record<string, string>) => newClientOf(server, headers);
const signIn = (email: string) => signInAt(server, email);

/** Asks for a code, and reads the mail. */
async function mailedCode(email: string, options = {}) {
  const { error } = await newClient().signInWithOtp({ email, options });
  if (error) throw error;
  const mail = await server.mail.waitForMail(email, { subject: /sign in/i });
  return { code: mail.code ?? "", link: new URL(mail.links.find((href) => href.includes("token=")) ?? "") };
}

/** Asks in this session for a nonce, and reads the mail. */
async function mailedNonce(auth: GoTrueClient, email: string): Promise<string> {
  const { error } = await auth.reauthenticate();
  if (error) throw error;
  return (await server.mail.waitForMail(email, { subject: /code/i })).code ?? "";
}

const tokenOf = (link: URL) => link.searchParams.get("token") ?? "";
const anotherCode = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");
const growOld = (userId: string) =>
  db.session.updateMany({ where: { userId }, data: { authenticatedAt: new Date(0), twoFactorAt: null } });

describe("signInWithOtp", () => {
  test("mails a code that signs in once, with or without a password, and says how", async () => {
    for (const user of [await verifiedUser(), await providerUser()]) {
      const { code } = await mailedCode(user.email);
      const auth = newClient();
      const wrong = await auth.verifyOtp({ type: "email", email: user.email, token: anotherCode(code) });
      expect(wrong.error).toMatchObject(EXPIRED);
      const { data, error } = await auth.verifyOtp({ type: "email", email: user.email, token: code });
      expect(error).toBeNull();
      expect(data.user?.id).toBe(user.id);
      expect(await claimsOf(auth)).toMatchObject({ aud: "authenticated", aal: "aal1", amr: [{ method: "otp" }] });
      expect((await auth.refreshSession()).error).toBeNull();
      const again = await newClient().verifyOtp({ type: "email", email: user.email, token: code });
      expect(again.error).toMatchObject(EXPIRED);
    }
  });

  test("makes a user of an address that has none, with what was sent along, unless told not to", async () => {
    const email = newEmail();
    const { code } = await mailedCode(email, { data: { full_name: "Alice" } });
    expect(await db.user.count({ where: { email } })).toBe(0);
    const { data } = await newClient().verifyOtp({ type: "email", email, token: code });
    expect(data.user).toMatchObject({ email, user_metadata: { full_name: "Alice" } });
    expect(data.session).not.toBeNull();

    const stranger = newEmail();
    const refused = await newClient().signInWithOtp({ email: stranger, options: { shouldCreateUser: false } });
    expect(refused).toEqual({ data: { user: null, session: null }, error: null });
    const known = await verifiedUser();
    await mailedCode(known.email, { shouldCreateUser: false });
    expect(await server.mail.mails(stranger)).toEqual([]);
  });

  test("mails a link that shows who asked, and then signs in where it leads, the app of the client only", async () => {
    const { email } = await verifiedUser();
    const { link } = await mailedCode(email, { emailRedirectTo: "https://evil.example/" });
    expect(link.searchParams.get("redirect_to")).toBe(SHOP_CALLBACK);
    const path = link.pathname + link.search;
    for (let n = 0; n < 2; n++) {
      const page = new URL((await server.call("GET", path)).location ?? "");
      expect(page.pathname).toBe("/sign-in-code");
    }
    const page = new URL((await server.call("GET", path)).location ?? "");
    const pressed = await new HttpClient(server.url).submit(page.pathname + page.search, "Sign in", {});
    const onward = pressed.text.match(/<a [^>]*href="[^"]*pressed=[^"]*"[^>]*>/)?.[0] ?? "";
    const opened = await server.call("GET", attributeOf(onward, "href").slice(server.url.length));
    const [target, fragment] = (opened.location ?? "").split("#");
    expect(target).toBe(SHOP_CALLBACK);
    const given = new URLSearchParams(fragment);
    expect(given.get("type")).toBe("magiclink");
    const tokens = { access_token: given.get("access_token") ?? "", refresh_token: given.get("refresh_token") ?? "" };
    expect((await newClient().setSession(tokens)).data.user?.email).toBe(email);
    expect((await server.call("GET", path)).location).toContain("#error=access_denied&error_code=otp_expired");
  });

  test("gives a link whose token verifyOtp takes by either name, once, and by no other", async () => {
    for (const type of ["email", "magiclink"] as const) {
      const { email } = await verifiedUser();
      const { link } = await mailedCode(email);
      const token_hash = tokenOf(link);
      for (const wrong of ["signup", "recovery", "invite", "email_change"] as const) {
        const { data, error } = await newClient().verifyOtp({ type: wrong, token_hash });
        expect([wrong, data.session, error === null]).toEqual([wrong, null, false]);
      }
      const auth = newClient();
      expect((await auth.verifyOtp({ type, token_hash })).error).toBeNull();
      expect(await claimsOf(auth)).toMatchObject({ amr: [{ method: "magiclink" }] });
      expect((await newClient().verifyOtp({ type, token_hash })).error).toMatchObject(EXPIRED);
    }
  });

  test("and a sign-up of one address keep their codes apart, also for a client that says “email” of both", async () => {
    const [email, auth] = [newEmail(), newClient()];
    await auth.signUp({ email, password: PASSWORD });
    const signUp = (await server.mail.waitForMail(email, { subject: /confirm/i })).code ?? "";
    const { code } = await mailedCode(email);
    expect((await auth.verifyOtp({ type: "signup", email, token: code })).error?.code).toBe(
      code === signUp ? undefined : "otp_expired",
    );
    expect((await auth.verifyOtp({ type: "email", email, token: signUp })).error).toBeNull();
    expect((await signIn(email)).mfa).toBeDefined();
  });

  test("takes no phone, and says what is wrong", async () => {
    const phone = await newClient().signInWithOtp({ phone: "+13334445555" });
    expect(phone.error).toMatchObject({ status: 400, code: "phone_provider_disabled" });
    const address = await newClient().signInWithOtp({ email: "a" });
    expect(address.error).toMatchObject({ status: 400, code: "email_address_invalid" });
  });

  test("is stopped in guessing, over all clients", async () => {
    const { email } = await verifiedUser();
    const { code } = await mailedCode(email);
    const codes: unknown[] = [];
    for (let n = 0; n < 12; n++)
      codes.push((await newClient().verifyOtp({ type: "email", email, token: anotherCode(code) })).error?.code);
    expect(codes.at(-1)).toBe("over_request_rate_limit");
    const right = await newClient().verifyOtp({ type: "email", email, token: code });
    expect(right.error).toMatchObject({ status: 429, code: "over_request_rate_limit" });
  });
});

describe("reauthenticate", () => {
  test("mails a nonce with which an old session sets a password, once", async () => {
    const user = await verifiedUser();
    const auth = await signIn(user.email);
    await growOld(user.id);
    const without = await auth.updateUser({ password: other() });
    expect(without.error).toMatchObject({ status: 401, code: "reauthentication_needed" });
    const nonce = await mailedNonce(auth, user.email);
    const wrong = await auth.updateUser({ password: other(), nonce: anotherCode(nonce) });
    expect(wrong.error).toMatchObject(NOT_VALID);
    expect((await auth.updateUser({ password: "password123", nonce })).error).toMatchObject({ code: "weak_password" });
    expect((await auth.updateUser({ password: other(), nonce })).error).toBeNull();
    await growOld(user.id);
    expect((await auth.updateUser({ password: other(1), nonce })).error).toMatchObject(NOT_VALID);
    expect((await auth.refreshSession()).error).toBeNull();
  });

  test("gives a nonce that is worth nothing in another session, another's or the same person's", async () => {
    const [alice, mallory] = [await verifiedUser(), await verifiedUser()];
    const [auth, thief, stranger] = [await signIn(alice.email), await signIn(alice.email), await signIn(mallory.email)];
    await Promise.all([growOld(alice.id), growOld(mallory.id)]);
    const nonce = await mailedNonce(auth, alice.email);
    for (const session of [thief, stranger])
      expect((await session.updateUser({ password: other(), nonce })).error).toMatchObject(NOT_VALID);
    expect((await auth.updateUser({ password: other(), nonce })).error).toBeNull();
  });
});

describe("a change of address", () => {
  /** A person who asked for another address, and the token of the link that went there. */
  async function asked(emailRedirectTo?: string) {
    const [user, email] = [await verifiedUser(), newEmail()];
    const auth = await signIn(user.email);
    expect((await auth.updateUser({ email }, { emailRedirectTo })).error).toBeNull();
    const mail = await server.mail.waitForMail(email, { subject: /confirm/i });
    const link = new URL(mail.links.find((href) => href.includes("token=")) ?? "");
    return { user, email, auth, link, token_hash: tokenOf(link) };
  }

  test("is confirmed by verifyOtp in a session of the person who asked, which goes on", async () => {
    const { user, email, auth, token_hash } = await asked();
    const authorization = `Bearer ${await accessToken(auth)}`;
    const confirming = newClient({ authorization });
    const { data, error } = await confirming.verifyOtp({ type: "email_change", token_hash });
    expect(error).toBeNull();
    expect(data.user).toMatchObject({ id: user.id, email });
    expect((await confirming.refreshSession()).error).toBeNull();
    expect(await claimsOf(confirming)).toMatchObject({ email });
  });

  test("is not confirmed by the new mailbox alone, nor in another person's session", async () => {
    const { user, token_hash } = await asked();
    const alone = await newClient().verifyOtp({ type: "email_change", token_hash });
    expect(alone.error).toMatchObject({ status: 401, code: "reauthentication_needed" });
    const mallory = await signIn((await verifiedUser()).email);
    const authorization = `Bearer ${await accessToken(mallory)}`;
    const taken = await newClient({ authorization }).verifyOtp({ type: "email_change", token_hash });
    expect(taken.error).toMatchObject({ status: 400, code: "current_password_invalid" });
    expect((await db.user.findUniqueOrThrow({ where: { id: user.id } })).email).toBe(user.email);

    const withPassword = { type: "email_change" as const, token_hash, current_password: PASSWORD };
    const { data, error } = await newClient().verifyOtp(withPassword);
    expect([data, error]).toEqual([{ user: null, session: null }, null]);
    expect((await db.user.findUniqueOrThrow({ where: { id: user.id } })).email).not.toBe(user.email);
  });

  test("is confirmed by the link's page, which asks for the password, and leads on to the app", async () => {
    const { user, email, link } = await asked(SHOP_CALLBACK);
    const page = async () => (await server.call("GET", link.pathname + link.search)).location;
    expect(await pressConfirm(await page(), other())).toBe("");
    expect((await db.user.findUniqueOrThrow({ where: { id: user.id } })).email).toBe(user.email);
    const onward = await pressConfirm(await page(), PASSWORD);
    const target = (await server.call("GET", onward.slice(server.url.length))).location ?? "";
    expect(target.split("#")[0]).toBe(SHOP_CALLBACK);
    expect(new URLSearchParams(target.split("#")[1]).get("type")).toBe("email_change");
    expect((await db.user.findUniqueOrThrow({ where: { id: user.id } })).email).toBe(email);
  });
});
