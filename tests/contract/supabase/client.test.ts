import { randomUUID } from "node:crypto";
import { GoTrueClient, type Session } from "@supabase/auth-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { type ApiServer, SHOP_CALLBACK, startApiServer } from "@/tests/support/api-server";
import { appsmithPage, runSnippet, SIGN_IN_SNIPPET } from "@/tests/support/appsmith";
import { newIp } from "@/tests/support/http-client";
import { other, PASSWORD, verifiedUser } from "@/tests/support/people";
import { pressConfirm } from "@/tests/support/press-button";

let server: ApiServer;

beforeAll(async () => {
  server = await startApiServer({ AUTH_REQUIRE_EMAIL_VERIFICATION: "false" });
});
afterAll(async () => void (await server?.stop()));

const newEmail = () => `${randomUUID().slice(0, 8)}@example.com`;

/** The unmodified client, with its own storage and IP address. */
function newClient(): GoTrueClient {
  return new GoTrueClient({
    url: `${server.url}/auth/v1`,
    headers: { "x-forwarded-for": newIp() },
    storageKey: randomUUID(),
    autoRefreshToken: false,
    persistSession: false,
  });
}

async function signedUp(data = {}): Promise<{ auth: GoTrueClient; email: string; session: Session }> {
  const [auth, email] = [newClient(), newEmail()];
  const answer = await auth.signUp({ email, password: PASSWORD, options: { data } });
  if (!answer.data.session) throw new Error("There is no session", { cause: answer.error });
  return { auth, email, session: answer.data.session };
}

const post = (path: string, body?: unknown, headers?: Record<string, string>) =>
  server.call("POST", `/auth/v1/${path}`, { body, headers });
const refresh = (refresh_token: string) => post("token?grant_type=refresh_token", { refresh_token });
/** Moves the refreshes back beyond the time in which a repeated one gets the same answer. */
const graceOver = (userId: string) =>
  db.refreshToken.updateMany({
    where: { session: { userId }, usedAt: { not: null } },
    data: { usedAt: new Date(Date.now() - 60_000) },
  });

async function mailedToken(email: string, subject: RegExp): Promise<string> {
  const mail = await server.mail.waitForMail(email, { subject });
  return new URL(mail.links.find((link) => link.includes("token=")) ?? "").searchParams.get("token") ?? "";
}

describe("sign-up", () => {
  test("gives a session and a user with what was sent along", async () => {
    const { session, email } = await signedUp({ full_name: "Alice Doe", theme: { dark: true } });
    expect(session.user).toMatchObject({
      email,
      aud: "authenticated",
      user_metadata: { full_name: "Alice Doe", theme: { dark: true } },
      app_metadata: { provider: "email", providers: ["email"] },
    });
    expect((await db.user.findUnique({ where: { email } }))?.name).toBe("Alice Doe");
  });

  test("says what is wrong with a password or an address", async () => {
    const auth = newClient();
    const short = await auth.signUp({ email: newEmail(), password: "123" });
    expect(short.error).toMatchObject({ status: 422, code: "weak_password", reasons: ["length"] });
    expect(short.error?.message).toBe("Password should be at least 8 characters.");
    const common = await auth.signUp({ email: newEmail(), password: "password123" });
    expect(common.error).toMatchObject({ status: 422, code: "weak_password" });
    const address = await auth.signUp({ email: "a", password: PASSWORD });
    expect(address.error?.message).toContain("Unable to validate email address: invalid format");
    expect((await post("signup", { email: newEmail() })).body.msg).toBe("Signup requires a valid password");
  });

  test("a taken address is told where no proof is asked for", async () => {
    const { email } = await signedUp();
    const answer = await newClient().signUp({ email, password: other() });
    expect(answer.error).toMatchObject({
      status: 422,
      code: "user_already_exists",
      message: "User already registered",
    });
  });

  test("fields that are not the client's to set are ignored, and metadata stays small", async () => {
    const email = newEmail();
    const extra = { role: "admin", id: randomUUID(), emailVerified: "2020-01-01", app_metadata: { role: "admin" } };
    expect((await post("signup", { email, password: PASSWORD, ...extra })).status).toBe(200);
    expect(await db.user.findUnique({ where: { email } })).toMatchObject({
      role: "user",
      emailVerified: null,
      appMetadata: {},
    });
    const deep = `{"email":"${newEmail()}","password":"${PASSWORD}","data":{"a":${"[".repeat(9_000)}${"]".repeat(9_000)}}}`;
    expect((await post("signup", deep)).status).toBe(400);
    for (const data of [{ long: "x".repeat(5_000) }, { nul: "\0" }, [], "text"])
      expect((await post("signup", { email: newEmail(), password: PASSWORD, data })).status).toBe(400);
  });
});

describe("sign-in", () => {
  test("gives all that a session is made of", async () => {
    const { email } = await signedUp();
    const { data } = await newClient().signInWithPassword({ email: email.toUpperCase(), password: PASSWORD });
    expect(data.session).toMatchObject({
      access_token: expect.any(String),
      refresh_token: expect.stringMatching(/^[\w-]{43}$/),
      expires_in: 900,
      expires_at: expect.any(Number),
      token_type: "bearer",
    });
    const text = expect.any(String);
    expect(data.user).toMatchObject({ id: text, email, phone: "", aud: "authenticated", email_confirmed_at: text });
    expect(data.user).toMatchObject({ last_sign_in_at: text, created_at: text, updated_at: text });
  });

  test("unknown and wrong get the same answer", async () => {
    const { email } = await signedUp();
    for (const address of [email, newEmail(), "a"]) {
      const { error } = await newClient().signInWithPassword({ email: address, password: other() });
      expect(error).toMatchObject({ status: 400, code: "invalid_credentials", message: "Invalid login credentials" });
    }
    expect((await post("token?grant_type=password", {})).body.msg).toBe("missing email or phone");
  });

  test("a disabled user gets in by neither grant", async () => {
    const { email, session } = await signedUp();
    await db.user.update({ where: { email }, data: { disabledAt: new Date() } });
    const { error } = await newClient().signInWithPassword({ email, password: PASSWORD });
    expect(error).toMatchObject({ status: 400, code: "user_banned" });
    expect((await refresh(session.refresh_token)).status).toBe(400);
  });

  test("another grant is refused, in the words of the version that was asked for", async () => {
    const legacy = await post("token?grant_type=foo", {});
    expect(legacy.status).toBe(400);
    expect(legacy.body).toEqual({ code: 400, error_code: "invalid_credentials", msg: "unsupported_grant_type" });
    expect(legacy.headers.get("x-sb-error-code")).toBe("invalid_credentials");
    const current = await post("token?grant_type=foo", {}, { "x-supabase-api-version": "2024-01-01" });
    expect(current.body).toEqual({ code: "invalid_credentials", message: "unsupported_grant_type" });
    expect(current.headers.get("x-supabase-api-version")).toBe("2024-01-01");
  });
});

describe("refresh", () => {
  test("gives a new session, with and without the token named", async () => {
    const { auth, session } = await signedUp();
    const first = (await auth.refreshSession()).data.session;
    expect(first).toMatchObject({ token_type: "bearer" });
    expect(first?.refresh_token).not.toBe(session.refresh_token);
    const second = await auth.refreshSession({ refresh_token: first?.refresh_token ?? "" });
    expect(second.error).toBeNull();
  });

  test("a token replaced long ago ends the whole family", async () => {
    const { email, session } = await signedUp();
    const family = [session.refresh_token];
    for (let n = 0; n < 3; n++) family.push(String((await refresh(family[n] ?? "")).body.refresh_token));
    await graceOver(session.user.id);
    const replayed = await refresh(session.refresh_token);
    expect(replayed).toMatchObject({ status: 400, body: { error_code: "refresh_token_already_used" } });
    for (const token of family) expect((await refresh(token)).status).toBe(400);
    const user = await server.call("GET", "/auth/v1/user", {
      headers: { authorization: `Bearer ${session.access_token}` },
    });
    expect(user).toMatchObject({ status: 403, body: { error_code: "session_not_found" } });
    await server.mail.waitForMail(email, { subject: "A device was signed out" });
  });

  test("the parent of the active token gets the same answer again", async () => {
    const { session } = await signedUp();
    const first = await refresh(session.refresh_token);
    await graceOver(session.user.id);
    const again = await refresh(session.refresh_token);
    expect(again).toMatchObject({ status: 200, body: { refresh_token: first.body.refresh_token } });
  });

  test("two at once leave one family", async () => {
    const { session } = await signedUp();
    const answers = await Promise.all([refresh(session.refresh_token), refresh(session.refresh_token)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await refresh(String(answers[1]?.body.refresh_token))).status).toBe(200);
  });

  test("what never was a refresh token is refused, and nothing else happens", async () => {
    const { session } = await signedUp();
    const code = async (refresh_token: unknown) => {
      const answer = await post("token?grant_type=refresh_token", { refresh_token });
      expect(answer.status).toBe(400);
      return answer.body.error_code;
    };
    expect(await code("x".repeat(43))).toBe("refresh_token_not_found");
    expect(await code(session.access_token)).toBe("refresh_token_not_found");
    for (const value of [null, [], { not: "" }, "short", 1]) expect(await code(value)).toBe("validation_failed");
    expect((await refresh(session.refresh_token)).status).toBe(200);
  });
});

describe("the signed-in user", () => {
  test("is read by a good token only", async () => {
    const { auth, email, session } = await signedUp();
    expect((await auth.getUser()).data.user?.email).toBe(email);
    const read = (headers: Record<string, string>) => server.call("GET", "/auth/v1/user", { headers });
    expect(await read({})).toMatchObject({ status: 401, body: { error_code: "no_authorization" } });
    expect(await read({ authorization: "Bearer garbage" })).toMatchObject({
      status: 403,
      body: { error_code: "bad_jwt" },
    });
    expect((await read({ authorization: `Bearer ${session.access_token}`, apikey: "anything" })).status).toBe(200);
  });

  test("claims are verified against the published keys", async () => {
    const { auth, session } = await signedUp();
    const { data, error } = await auth.getClaims();
    expect(error).toBeNull();
    expect(data?.header.alg).toBe("ES256");
    expect(data?.claims).toMatchObject({
      sub: session.user.id,
      aud: "authenticated",
      role: "authenticated",
      aal: "aal1",
    });
  });

  test("a new password ends the other sessions", async () => {
    const { auth, email } = await signedUp();
    const second = newClient();
    await second.signInWithPassword({ email, password: PASSWORD });
    expect((await auth.updateUser({ password: other() })).error).toBeNull();
    expect((await auth.refreshSession()).error).toBeNull();
    expect((await second.refreshSession()).error).not.toBeNull();
    expect((await newClient().signInWithPassword({ email, password: other() })).error).toBeNull();
  });

  test("the same password is no new one, and an old session needs the current one", async () => {
    const { auth, session } = await signedUp();
    const same = await auth.updateUser({ password: PASSWORD });
    expect(same.error).toMatchObject({ status: 422, code: "same_password" });
    await db.session.updateMany({ where: { userId: session.user.id }, data: { authenticatedAt: new Date(0) } });
    const old = await auth.updateUser({ password: other() });
    expect(old.error).toMatchObject({ status: 401, code: "reauthentication_needed" });
    const put = (body: object) =>
      server.call("PUT", "/auth/v1/user", { body, headers: { authorization: `Bearer ${session.access_token}` } });
    expect((await put({ password: other(), current_password: "wrong-one-entirely" })).status).toBe(400);
    expect((await put({ password: other(), current_password: PASSWORD })).status).toBe(200);
  });

  test("metadata is merged, and an address changes only once the mailbox confirms", async () => {
    const { auth, email } = await signedUp({ a: 1, b: 2 });
    const updated = await auth.updateUser({ data: { b: null, c: 3 } });
    expect(updated.data.user?.user_metadata).toEqual({ a: 1, c: 3 });
    const next = newEmail();
    expect((await auth.updateUser({ email: next })).data.user).toMatchObject({ email, new_email: next });
    await server.mail.waitForMail(next, { subject: /confirm/i });
  });

  test("signs out in every scope, and each ends what it says", async () => {
    const { auth, email, session } = await signedUp();
    const [second, third] = [newClient(), newClient()];
    await second.signInWithPassword({ email, password: PASSWORD });
    await third.signInWithPassword({ email, password: PASSWORD });
    expect((await auth.signOut({ scope: "local" })).error).toBeNull();
    expect(
      (await server.call("GET", "/auth/v1/user", { headers: { authorization: `Bearer ${session.access_token}` } }))
        .status,
    ).toBe(403);
    expect((await second.signOut({ scope: "others" })).error).toBeNull();
    expect((await second.getUser()).error).toBeNull();
    expect((await third.getUser()).error).not.toBeNull();
    expect((await second.signOut()).error).toBeNull();
    expect(await db.session.count({ where: { userId: session.user.id } })).toBe(0);
    expect((await post("logout?scope=", undefined)).status).toBe(401);
  });

  test("signing out a deleted user is no error", async () => {
    const { auth, email } = await signedUp();
    await db.user.delete({ where: { email } });
    expect((await auth.signOut()).error).toBeNull();
  });
});

describe("recovery", () => {
  test("the answer is the same for every address, the mail is not", async () => {
    const [{ email }, unknown] = [await signedUp(), newEmail()];
    for (const address of [email, unknown]) {
      const { data, error } = await newClient().resetPasswordForEmail(address, { redirectTo: SHOP_CALLBACK });
      expect([data, error]).toEqual([{}, null]);
    }
    expect((await newClient().resend({ type: "signup", email: unknown })).error).toBeNull();
    await server.mail.waitForMail(email, { subject: /reset/i });
    expect(await server.mail.mails(unknown)).toEqual([]);
  });

  test("a recovery link signs in once, to set a password, and only to where it may lead", async () => {
    const { email } = await verifiedUser();
    await newClient().resetPasswordForEmail(email, { redirectTo: "https://evil.example/" });
    const mail = await server.mail.waitForMail(email, { subject: /reset/i });
    const link = new URL(mail.links.find((href) => href.includes("token=")) ?? "");
    expect(link.searchParams.get("redirect_to")).toBe(SHOP_CALLBACK);

    const path = link.pathname + link.search.replace(encodeURIComponent(SHOP_CALLBACK), "https%3A%2F%2Fevil.example");
    expect((await server.call("HEAD", path)).status).toBe(405);
    const page = await server.call("GET", path);
    expect(page.status).toBe(303);
    const onward = await pressConfirm(page.location);
    const opened = await server.call("GET", onward.slice(server.url.length));
    expect(opened.status).toBe(303);
    const [target, fragment] = (opened.headers.get("location") ?? "").split("#");
    expect(target).toBe(SHOP_CALLBACK);
    const auth = newClient();
    const given = new URLSearchParams(fragment);
    await auth.setSession({
      access_token: given.get("access_token") ?? "",
      refresh_token: given.get("refresh_token") ?? "",
    });
    expect((await auth.updateUser({ password: other() })).error).toBeNull();
    expect((await newClient().signInWithPassword({ email, password: other() })).error).toBeNull();

    const again = (await server.call("GET", path)).headers.get("location");
    expect(again).toBe(
      `${SHOP_CALLBACK}#error=access_denied&error_code=otp_expired&error_description=Email+link+is+invalid+or+has+expired&sb=`,
    );
  });

  test("verifyOtp takes the link's token, once", async () => {
    const { email } = await verifiedUser();
    await newClient().resetPasswordForEmail(email);
    const token_hash = await mailedToken(email, /reset/i);
    const auth = newClient();
    expect((await auth.verifyOtp({ type: "recovery", token_hash })).data.user?.email).toBe(email);
    const again = await auth.verifyOtp({ type: "recovery", token_hash });
    expect(again.error).toMatchObject({ status: 403, code: "otp_expired" });
  });

  test("whoever only claimed an address loses it to a recovery", async () => {
    const { email, session } = await signedUp();
    await newClient().resetPasswordForEmail(email);
    const token_hash = await mailedToken(email, /reset/i);
    expect((await newClient().verifyOtp({ type: "recovery", token_hash })).error).toBeNull();
    expect((await refresh(session.refresh_token)).status).toBe(400);
    expect((await newClient().signInWithPassword({ email, password: PASSWORD })).error).not.toBeNull();
  });
});

describe("Appsmith's document", () => {
  test("its sign-in stores each flat key and goes home", async () => {
    const { email } = await signedUp();
    const { stored, visited, ...appsmith } = appsmithPage();
    const sign_in = {
      run: async () => (await post("token?grant_type=password", { email, password: PASSWORD })).body,
    };
    const page = runSnippet(SIGN_IN_SNIPPET, { ...appsmith, sign_in });
    await page.signin?.();
    expect(Object.keys(stored)).toEqual(["access_token", "token_type", "expires_in", "expires_at", "refresh_token"]);
    expect(visited).toEqual(["Home"]);
    const refreshed = await refresh(String(stored.refresh_token));
    expect(refreshed.body.access_token).not.toBe(stored.access_token);
  });
});

test("settings and health say what there is", async () => {
  const settings = await server.call("GET", "/auth/v1/settings");
  expect(settings.body).toMatchObject({ external: { email: true }, disable_signup: false, mailer_autoconfirm: true });
  expect((await server.call("GET", "/auth/v1/health")).status).toBe(200);
  expect(await server.call("GET", "/auth/v1/nothing")).toMatchObject({
    status: 404,
    body: { error_code: "not_found" },
  });
  const wrong = await server.call("DELETE", "/auth/v1/user");
  expect(wrong).toMatchObject({ status: 405, body: { error_code: "method_not_allowed" } });
  expect(wrong.headers.get("allow")).toBe("GET, PUT, OPTIONS");
});
