import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiServer } from "@/tests/support/api-server";
import { SHOP_CALLBACK } from "@/tests/support/api-server";
import { PASSWORD } from "@/tests/support/people";
import { NO_EMAIL, NO_ID, newEmail, operator, signedUp, startUpstreamServer } from "./upstream-client";

// The cases of supabase-js, packages/core/auth-js/test, by the file and the line where each begins.

let server: ApiServer;
beforeAll(async () => {
  server = await startUpstreamServer();
});
afterAll(async () => void (await server?.stop()));

const admin = () => operator(server);
const BAD_EMAIL = "Unable to validate email address: invalid format";

async function newUser(more: object = {}) {
  const email = newEmail();
  const { data, error } = await admin().createUser({ email, password: PASSWORD, ...more });
  if (error) throw error;
  return { email, id: data.user.id, user: data.user };
}

describe("GoTrueApi.test.ts", () => {
  test("24: an operator makes a user", async () => {
    const { email, user } = await newUser({ user_metadata: {} });
    expect(user.email).toBe(email);
  });

  test("32: with what the person says of themselves", async () => {
    const user_metadata = { profile_image: "https://avatars.example.com/u/1" };
    expect((await newUser({ user_metadata })).user.user_metadata).toEqual(user_metadata);
  });

  test("49, 65: with what only the operator sets, beside the ways to sign in", async () => {
    const given = {
      app_metadata: { roles: ["editor"] },
      user_metadata: { profile_image: "https://avatars.example.com" },
    };
    const { app_metadata, user_metadata } = (await newUser(given)).user;
    expect(app_metadata).toEqual({ provider: "email", providers: ["email"], ...given.app_metadata });
    expect(user_metadata).toEqual(given.user_metadata);
    expect((await newUser({ app_metadata: given.app_metadata })).user.app_metadata).toMatchObject(given.app_metadata);
  });

  test("86: no user is made for what is no address", async () => {
    const { data, error } = await admin().createUser({ email: NO_EMAIL, password: PASSWORD });
    expect([error?.message, data.user]).toEqual([BAD_EMAIL, null]);
  });

  test("99: the list of users has the newest", async () => {
    const { email } = await newUser();
    const { data } = await admin().listUsers();
    expect(data).toMatchObject({ aud: "authenticated" });
    expect(data.users.map((user) => user.email)).toContain(email);
  });

  test("118: there is no page before the first", async () => {
    const { data, error } = await admin().listUsers({ page: -1, perPage: 10 });
    expect([error?.status, data.users]).toEqual([400, []]);
  });

  test("130: a person reads themselves by their token", async () => {
    const { auth, email } = await signedUp(server);
    const { data, error } = await auth.getUser();
    expect([error, data.user?.email]).toEqual([null, email]);
  });

  test("150: an operator reads a user by their id", async () => {
    const { email, id } = await newUser();
    expect((await admin().getUserById(id)).data.user?.email).toBe(email);
  });

  test("167: there is no user of an unknown id", async () => {
    const { data, error } = await admin().getUserById(NO_ID);
    expect([error?.status, data.user]).toEqual([404, null]);
  });

  test("176: an operator sets another address", async () => {
    const [{ id }, email] = [await newUser(), newEmail()];
    const { data, error } = await admin().updateUserById(id, { email });
    expect([error, data.user?.email]).toEqual([null, email]);
  });

  test("197: an operator sets what a person says of themselves", async () => {
    const { email, id } = await newUser();
    const { data } = await admin().updateUserById(id, { user_metadata: { favorite_color: "yellow" } });
    expect(data.user).toMatchObject({ email, user_metadata: { favorite_color: "yellow" } });
  });

  test("220: an operator sets what only they set", async () => {
    const { email, id } = await newUser();
    const { data } = await admin().updateUserById(id, { app_metadata: { roles: ["admin", "publisher"] } });
    expect(data.user).toMatchObject({ email, app_metadata: { roles: ["admin", "publisher"] } });
  });

  test("241: an operator vouches for an address", async () => {
    const { id, user } = await newUser({ email_confirm: false });
    expect(user.email_confirmed_at).toBeUndefined();
    const { data } = await admin().updateUserById(id, { email_confirm: true });
    expect(data.user?.email_confirmed_at).toEqual(expect.any(String));
  });

  test("272: a deleted user is in no list", async () => {
    const [{ email, id }, other] = [await newUser(), await newUser()];
    expect((await admin().deleteUser(id)).error).toBeNull();
    const emails = (await admin().listUsers()).data.users.map((user) => user.email);
    expect(emails).toContain(other.email);
    expect(emails).not.toContain(email);
  });

  test("299: no user of an unknown id is deleted", async () => {
    const { data, error } = await admin().deleteUser(NO_ID);
    expect([error?.status, data.user]).toEqual([404, null]);
  });

  test("308: an operator makes a user, and the link that proves the mailbox", async () => {
    const email = newEmail();
    const options = { data: { status: "alpha" }, redirectTo: SHOP_CALLBACK };
    const { data, error } = await admin().generateLink({ type: "signup", email, password: PASSWORD, options });
    expect(error).toBeNull();
    expect(data.user).toMatchObject({ email, user_metadata: { status: "alpha" } });
    const { action_link = "", email_otp, hashed_token, ...others } = data.properties ?? {};
    expect([email_otp, hashed_token]).toEqual([expect.stringMatching(/^\d{6}$/), expect.stringMatching(/^[\w-]{43}$/)]);
    expect(others).toEqual({ redirect_to: SHOP_CALLBACK, verification_type: "signup" });
    const { searchParams } = new URL(action_link);
    expect(Object.fromEntries(searchParams)).toEqual({
      token: hashed_token,
      type: "signup",
      redirect_to: SHOP_CALLBACK,
    });
  });

  test("394: an invitation says when it was", async () => {
    const options = { data: { status: "alpha" }, redirectTo: SHOP_CALLBACK };
    const { data, error } = await admin().inviteUserByEmail(newEmail(), options);
    expect(error).toBeNull();
    expect(Date.parse(data.user?.invited_at ?? "")).toBeGreaterThan(Date.now() - 60_000);
  });

  test("410: what is no address is not invited", async () => {
    const { data, error } = await admin().inviteUserByEmail(NO_EMAIL);
    expect([error?.message, data.user]).toEqual([BAD_EMAIL, null]);
  });

  test("418: no link is made for what is no address", async () => {
    const { data, error } = await admin().generateLink({ type: "signup", email: NO_EMAIL, password: PASSWORD });
    expect([error?.message, data.user, data.properties]).toEqual([BAD_EMAIL, null, null]);
  });

  test("434: a person is signed out by their token", async () => {
    const { auth, session } = await signedUp(server);
    expect((await admin().signOut(session.access_token)).error).toBeNull();
    expect((await auth.getUser()).error?.name).toBe("AuthSessionMissingError");
  });

  test("449: what is no token signs no person out", async () => {
    expect((await admin().signOut("this-is-a-bad-token")).error?.message).toMatch(/^invalid JWT/);
  });

  test("483: the code of a phone that has none is wrong", async () => {
    const { auth } = await signedUp(server);
    const { data, error } = await auth.verifyOtp({ phone: "112345678901", token: "123456", type: "sms" });
    expect([error?.message, error?.status, data.user]).toEqual(["Token has expired or is invalid", 403, null]);
  });

  test("519: no user of an unknown id is changed", async () => {
    const { data, error } = await admin().updateUserById(NO_ID, { email: newEmail() });
    expect([error?.status, data.user]).toEqual([404, null]);
  });
});
