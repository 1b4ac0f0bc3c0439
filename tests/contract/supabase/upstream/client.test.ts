import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type ApiServer, SHOP_CALLBACK } from "@/tests/support/api-server";
import { other, PASSWORD } from "@/tests/support/people";
import { AGO, newEmail, operator, signedUp, startUpstreamServer, storedClient } from "./upstream-client";

// The cases of supabase-js, packages/core/auth-js/test, by the file and the line where each begins.

let server: ApiServer;
beforeAll(async () => {
  server = await startUpstreamServer();
});
afterAll(async () => void (await server?.stop()));

const stranger = () => storedClient(server).auth;
const NO_ONE = { session: null, user: null };
const DATA = { info: "some info" };

const TEXT = expect.any(String);
/** A signed-in person, as clients read one. */
const USER = {
  ...{ id: TEXT, email: TEXT, phone: TEXT, aud: TEXT, email_confirmed_at: TEXT, last_sign_in_at: TEXT },
  ...{ created_at: TEXT, updated_at: TEXT, app_metadata: { provider: "email" } },
};
const SESSION = {
  ...{ access_token: TEXT, refresh_token: TEXT, token_type: "bearer", user: USER },
  ...{ expires_in: expect.any(Number), expires_at: expect.any(Number) },
};

describe("GoTrueClient.test.ts", () => {
  describe("a session", () => {
    test("90, 125, 1528: goes on with the token in hand, and with the one that is kept", async () => {
      const { auth, email, session } = await signedUp(server);
      const first = await auth.refreshSession({ refresh_token: session.refresh_token });
      expect(first.data.session).toMatchObject(SESSION);
      expect(first.data.session?.refresh_token).not.toBe(session.refresh_token);
      const second = await auth.refreshSession();
      expect(second.data.session).toMatchObject({ ...SESSION, user: { email } });
      expect(second.data.session?.refresh_token).not.toBe(first.data.session?.refresh_token);
    });

    test("157: is taken over by another client, and kept there", async () => {
      const { session } = await signedUp(server);
      const auth = stranger();
      expect((await auth.setSession(session)).data.session).toMatchObject(SESSION);
      expect((await auth.getSession()).data.session).toMatchObject(SESSION);
      const { data, error } = await auth.updateUser({ data: { hello: "world" } });
      expect([error, data.user?.user_metadata]).toEqual([null, { hello: "world" }]);
    });

    test("226, 3232, 3312: is none by a refresh token that never was one", async () => {
      const refused = /Invalid Refresh Token|Refresh token is not valid/;
      const { auth, session, change } = await signedUp(server);
      const past = `${session.access_token.split(".")[0]}.${Buffer.from(`{"exp":${AGO()}}`).toString("base64url")}.AA`;
      const set = await auth.setSession({ access_token: past, refresh_token: "invalid-refresh-token" });
      const refreshed = await stranger().refreshSession({ refresh_token: "invalid-refresh-token" });
      change({ expires_at: AGO(), access_token: "expired-token", refresh_token: "expired-refresh-token" });
      for (const { data, error } of [set, refreshed, await auth.getSession()]) {
        expect(error?.message).toMatch(refused);
        expect(data.session).toBeNull();
      }
    });

    test("277, 1070: is kept by the client that signed up", async () => {
      const { auth, email } = await signedUp(server);
      expect((await auth.getSession()).data.session).toMatchObject({ ...SESSION, user: { ...USER, email } });
    });

    test("296, 2279, 3103: goes on by itself once it is past its time", async () => {
      const { auth, email, session, change } = await signedUp(server);
      change({ expires_at: AGO() });
      const { data, error } = await auth.getSession();
      expect([error, data.session?.user.email]).toEqual([null, email]);
      expect(data.session?.access_token).not.toBe(session.access_token);
      change({ expires_at: AGO() });
      expect((await auth.getClaims()).data?.claims.email).toBe(email);
    });

    test("348: goes on once, for two that want it at the same time", async () => {
      const { auth } = await signedUp(server);
      const [one, two] = await Promise.all([auth.refreshSession(), auth.refreshSession()]);
      expect(one.data.session).toMatchObject(SESSION);
      expect(two.data.session?.access_token).toBe(one.data.session?.access_token);
    });

    test("3077: is found again by a client that starts anew", async () => {
      const { auth } = await signedUp(server, { autoRefreshToken: true });
      await auth.initialize();
      expect((await auth.getSession()).data.session).toMatchObject(SESSION);
      await auth.stopAutoRefresh();
    });

    test("3140: that cannot go on is dropped without a word", async () => {
      const said = vi.spyOn(console, "error");
      const { auth, change } = storedClient(server, { autoRefreshToken: true });
      change({ access_token: "invalid", refresh_token: "invalid-refresh-token", expires_at: AGO(), user: null });
      expect((await auth.getUser()).data.user).toBeNull();
      expect(said).not.toHaveBeenCalled();
      await auth.stopAutoRefresh();
    });

    test("3180, 3200: tells who listens that it begins, and that it ends", async () => {
      const { auth } = storedClient(server);
      const told: string[] = [];
      const { data } = auth.onAuthStateChange((event) => void told.push(event));
      await auth.signUp({ email: newEmail(), password: PASSWORD });
      expect(told).toContain("SIGNED_IN");
      await auth.signOut();
      expect(told).toContain("SIGNED_OUT");
      expect((await auth.getSession()).data.session).toBeNull();
      data.subscription.unsubscribe();
    });
  });

  describe("a sign-up", () => {
    test("539, 565, 1180, 1473: makes a person, with what they say of themselves", async () => {
      const auth = stranger();
      const email = newEmail();
      const options = { emailRedirectTo: SHOP_CALLBACK, data: DATA };
      const { data, error } = await auth.signUp({ email, password: PASSWORD, options });
      expect([error, data.session]).toEqual([null, expect.objectContaining({ token_type: "bearer" })]);
      expect(data.user).toMatchObject({ ...USER, email, user_metadata: DATA });
    });

    test("554: is the same for a client that asks for codes", async () => {
      const { email, session } = await signedUp(server, { flowType: "pkce" });
      expect(session.user.email).toBe(email);
    });

    test("617: wants a password of the length that it names", async () => {
      const { data, error } = await stranger().signUp({ email: newEmail(), password: "123" });
      expect([error?.message, data]).toEqual(["Password should be at least 8 characters.", NO_ONE]);
    });

    test("625, 823: wants an address", async () => {
      for (const given of [
        { email: "a", password: "123456" },
        { email: "invalid-email", password: "123" },
      ]) {
        const { data, error } = await stranger().signUp(given);
        expect([error?.message, data]).toEqual(["Unable to validate email address: invalid format", NO_ONE]);
      }
    });

    test("633: is mailed again, wherever its link may lead", async () => {
      for (const options of [{ emailRedirectTo: newEmail() }, {}])
        expect((await stranger().resend({ type: "signup", email: newEmail(), options })).error).toBeNull();
    });

    test("1010: says that an address is taken, where it needs no proof", async () => {
      const { email } = await signedUp(server);
      const { data, error } = await stranger().signUp({ email, password: other() });
      expect([error?.message, data]).toEqual(["User already registered", NO_ONE]);
    });
  });

  describe("a sign-in", () => {
    test("1032: by password gives the session and the person", async () => {
      const { email } = await signedUp(server);
      const { data, error } = await stranger().signInWithPassword({ email, password: PASSWORD });
      expect([error, data.user?.email]).toEqual([null, email]);
      expect(data.session).toMatchObject(SESSION);
    });

    test("834, 1291: by a wrong password gives none, whether or not there is an account", async () => {
      const { email } = await signedUp(server);
      for (const address of [email, newEmail()]) {
        const { data, error } = await stranger().signInWithPassword({ email: address, password: other() });
        expect([error?.message, data]).toEqual(["Invalid login credentials", NO_ONE]);
      }
    });

    test("1307: by phone gives none", async () => {
      const { data, error } = await stranger().signInWithPassword({ phone: "+34123", password: PASSWORD });
      expect([error?.status, data]).toEqual([400, NO_ONE]);
    });

    test("919: by mail is answered alike for each address", async () => {
      const asked = { email: newEmail(), options: { data: { hello: "world" } } };
      expect(await stranger().signInWithOtp(asked)).toMatchObject({ data: NO_ONE, error: null });
    });

    test("933: by mail needs nothing but the address, and no code of a phone is right", async () => {
      const auth = stranger();
      expect(await auth.signInWithOtp({ email: newEmail(), options: {} })).toMatchObject({ data: NO_ONE, error: null });
      const { error } = await auth.verifyOtp({ phone: "112345678901", type: "phone_change", token: "123456" });
      expect(error?.message).toContain("Token has expired or is invalid");
    });

    test("854, 863, 967: by mail wants an address, and there is none by text message", async () => {
      const pkce = storedClient(server, { flowType: "pkce" }).auth;
      const answers = [
        await stranger().signInWithOtp({ email: "invalid-email" }),
        await stranger().signInWithOtp({ phone: "invalid-phone" }),
        await pkce.signInWithOtp({ phone: "112345678901" }),
      ];
      for (const { data, error } of answers) expect([error?.status, data]).toEqual([400, NO_ONE]);
    });

    test("872: by what is no code gives none", async () => {
      const asked = { email: newEmail(), token: "invalid-token", type: "email" } as const;
      const { data, error } = await stranger().verifyOtp(asked);
      expect([error?.status, data]).toEqual([403, NO_ONE]);
    });

    test("2913, 2933, 2947: by the token of a provider that is off gives none", async () => {
      for (const provider of ["google", "custom:my-oidc-provider"] as const) {
        const { data, error } = await stranger().signInWithIdToken({ provider, token: "token", nonce: "nonce" });
        expect(error?.message).toContain("not enabled");
        expect(data).toEqual(NO_ONE);
      }
    });

    test("2716, 2777, 2866, 2878, 2891: by a wallet is off", async () => {
      const message = "test message";
      const asked = [
        { chain: "solana", message, signature: new Uint8Array([1, 2, 3]) },
        { chain: "ethereum", message, signature: "0x010203" },
      ] as const;
      for (const one of asked) {
        const { data, error } = await stranger().signInWithWeb3(one);
        expect([error?.message, data]).toEqual(["Web3 provider is disabled", NO_ONE]);
      }
    });

    test("3650, 3664, 3683, 4341: by a company's own sign-in is off", async () => {
      const auth = storedClient(server, { flowType: "pkce" }).auth;
      for (const asked of [{ providerId: "provider" }, { domain: "nonexistent.example.com" }]) {
        const { data, error } = await auth.signInWithSSO({ ...asked, options: { skipBrowserRedirect: true } });
        expect([error?.message, data]).toEqual(["SAML 2.0 is disabled", null]);
      }
      const thrower = storedClient(server, { throwOnError: true }).auth;
      await expect(thrower.signInWithSSO({ domain: "nonexistent.example.com" })).rejects.toThrow("SAML 2.0");
    });
  });

  describe("a person", () => {
    test("1124, 1270: who signs out is signed out", async () => {
      const { auth } = await signedUp(server);
      expect((await auth.signOut()).error).toBeNull();
      expect((await auth.getUser()).data.user).toBeNull();
      expect(await auth.getSession()).toMatchObject({ data: { session: null }, error: null });
    });

    test("1146: who was deleted signs out without an error", async () => {
      const { auth, session } = await signedUp(server);
      await operator(server).deleteUser(session.user.id);
      expect((await auth.signOut()).error).toBeNull();
    });

    test("1205, 1240: changes what they say of themselves, and reads it", async () => {
      const { auth, email } = await signedUp(server);
      const { data, error } = await auth.updateUser({ data: { hello: "world" } });
      const changed = { ...USER, email, user_metadata: { hello: "world" } };
      expect(error).toBeNull();
      expect(data.user).toMatchObject(changed);
      expect((await auth.getUser()).data.user).toMatchObject(changed);
    });

    test("1499, 1518: who forgot the password is mailed, and a stranger is answered alike", async () => {
      const { email } = await signedUp(server);
      for (const address of [email, newEmail()]) {
        const answer = await stranger().resetPasswordForEmail(address, { redirectTo: "http://localhost:9999/welcome" });
        expect(answer).toEqual({ data: {}, error: null });
      }
      await server.mail.waitForMail(email, { subject: /reset/i });
    });

    test("2103, 2123: is told by verified claims, without being asked for", async () => {
      const { auth, email, session } = await signedUp(server);
      const read = vi.spyOn(auth, "getUser");
      const { data, error } = await auth.getClaims();
      expect(error).toBeNull();
      expect(read).not.toHaveBeenCalled();
      expect(data?.claims).toMatchObject({
        ...{ sub: session.user.id, role: "authenticated", email, phone: "", aal: "aal1", session_id: TEXT, iss: TEXT },
        ...{ user_metadata: {}, app_metadata: { provider: "email" }, is_anonymous: false, aud: "authenticated" },
        ...{ exp: expect.any(Number), iat: expect.any(Number), jti: TEXT },
        amr: [{ method: "password", timestamp: expect.any(Number) }],
      });
    });

    test("2973: shows again by mail who they are", async () => {
      const { auth } = await signedUp(server);
      expect(await auth.reauthenticate()).toMatchObject({ data: NO_ONE, error: null });
    });

    test("3001: has the identity of their address", async () => {
      const { auth, email } = await signedUp(server);
      const { data } = await auth.getUserIdentities();
      expect(data?.identities).toMatchObject([{ provider: "email", identity_data: { email } }]);
    });

    test("4218: asks for another address, in a client that asks for codes", async () => {
      const { auth, email } = await signedUp(server, { flowType: "pkce" });
      const { data, error } = await auth.updateUser({ email: `updated-${email}` });
      expect([error, data.user?.new_email]).toEqual([null, `updated-${email}`]);
    });
  });

  test("4315, 4321, 4327, 4335: a client that wants errors thrown has them thrown", async () => {
    const { auth, email } = await signedUp(server, { throwOnError: true });
    await expect(auth.signUp({ email: newEmail(), password: "" })).rejects.toThrow("valid password");
    await expect(auth.signInWithPassword({ email, password: "" })).rejects.toThrow("Invalid login credentials");
    await expect(auth.updateUser({ email: "invalid-email" })).rejects.toMatchObject({ code: "validation_failed" });
    await expect(auth.signInWithOtp({ email: "invalid" })).rejects.toMatchObject({ code: "email_address_invalid" });
  });
});
