import { randomUUID } from "node:crypto";
import { GoTrueClient } from "@supabase/auth-js";
import { describe, expect, inject, test } from "vitest";
import { db } from "@/lib/db";
import { supabase } from "@/lib/dialects/supabase";
import { appsmithPage, CONTINUE_SNIPPET, runSnippet, SIGN_OUT_SNIPPET } from "@/tests/support/appsmith";
import { connectFakeResend } from "@/tests/support/fake-resend";
import { newIp } from "@/tests/support/http-client";
import { other, PASSWORD, verifiedUser, withEnv } from "@/tests/support/people";
import { pressConfirm } from "@/tests/support/press-button";

// These tests run on the default, by which people must prove their mailbox before they can sign in.
const { url, resendUrl } = inject("server");
const mail = connectFakeResend(resendUrl);
const newEmail = () => `${randomUUID().slice(0, 8)}@example.com`;

const newClient = () =>
  new GoTrueClient({
    url: `${url}/auth/v1`,
    headers: { "x-forwarded-for": newIp() },
    storageKey: randomUUID(),
    autoRefreshToken: false,
    persistSession: false,
  });

async function signUp() {
  const [auth, email] = [newClient(), newEmail()];
  const { data, error } = await auth.signUp({ email, password: PASSWORD, options: { data: { plan: "free" } } });
  expect(error).toBeNull();
  return { auth, email, user: data.user, session: data.session };
}

async function proof(email: string, after = 0) {
  const { code, links } = await mail.waitForMail(email, { subject: /confirm/i, after });
  const token = new URL(links.find((link) => link.includes("token=")) ?? "").searchParams.get("token") ?? "";
  return { code: code ?? "", token };
}

const linkOf = (token: string) => `${url}/auth/v1/verify?${new URLSearchParams({ token, type: "signup" })}`;
const get = async (address: string) => (await fetch(address, { redirect: "manual" })).headers.get("location") ?? "";
/** Opens the mailed link, presses the button of its page, and follows. @returns the address that it ends at */
const open = async (token: string, password = PASSWORD) => get(await pressConfirm(await get(linkOf(token)), password));

describe("sign-up with a proof", () => {
  test("answers the same for a taken address, which is told by mail", async () => {
    const owner = await verifiedUser();
    const [taken, free] = [await newClient().signUp({ email: owner.email, password: other() }), await signUp()];
    expect([taken.error, taken.data.session, free.session]).toEqual([null, null, null]);
    expect(taken.data.user?.id).not.toBe(owner.id);
    for (const { user } of [taken.data, free])
      expect(user?.identities).toEqual([
        expect.objectContaining({ provider: "email", email: user?.email, user_id: user?.id }),
      ]);
    expect(Object.keys(taken.data.user ?? {})).toEqual(Object.keys(free.user ?? {}));
    await mail.waitForMail(owner.email, { subject: /already have an account/i });
  });

  test("the right password is told to confirm first, a wrong one nothing", async () => {
    const { auth, email } = await signUp();
    const right = await auth.signInWithPassword({ email, password: PASSWORD });
    expect(right.error).toMatchObject({ status: 400, code: "email_not_confirmed", message: "Email not confirmed" });
    const wrong = await auth.signInWithPassword({ email, password: other() });
    expect(wrong.error).toMatchObject({ code: "invalid_credentials" });
  });

  test("signing in to what one registered tells nobody whether the address is taken", async () => {
    const { email } = await verifiedUser();
    await newClient().signUp({ email, password: other() });
    const { error } = await newClient().signInWithPassword({ email, password: other() });
    expect(error).toMatchObject({ code: "email_not_confirmed" });
    expect(await db.session.count({ where: { user: { email } } })).toBe(0);
  });

  test("the link leads back with tokens that the document's own code can store", async () => {
    const { email, user } = await signUp();
    const { token } = await proof(email);
    // Without API_REDIRECT_URLS it leads to our home page.
    const location = await open(token);
    for (const key of ["access_token", "expires_in", "refresh_token"]) expect(location).toContain(`${key}=`);

    const { stored, visited, ...scope } = appsmithPage(location);
    await runSnippet(CONTINUE_SNIPPET, scope).continue?.();
    expect(visited).toEqual(["Home"]);
    const me = await fetch(`${url}/auth/v1/user`, { headers: { authorization: `Bearer ${stored.access_token}` } });
    expect(await me.json()).toMatchObject({ id: user?.id, email, user_metadata: { plan: "free" } });
    await runSnippet(SIGN_OUT_SNIPPET, scope).signout?.();
    expect(visited).toEqual(["Home", "LoginPage"]);

    expect(await get(linkOf(token))).toContain("error_code=otp_expired");
    expect((await newClient().signInWithPassword({ email, password: PASSWORD })).error).toBeNull();
  });

  test("verifyOtp takes the six digits, and not somebody else's", async () => {
    const [{ auth, email }, somebody] = [await signUp(), await signUp()];
    const { code } = await proof(email);
    const foreign = await auth.verifyOtp({ type: "signup", email: somebody.email, token: code });
    expect(foreign.error).toMatchObject({ status: 403, code: "otp_expired" });
    const { data } = await auth.verifyOtp({ type: "signup", email, token: code });
    expect(data.session?.user).toMatchObject({ email, email_confirmed_at: expect.any(String) });
  });

  test("resend mails another link, and the one before is dead", async () => {
    const { auth, email } = await signUp();
    const former = await proof(email);
    await db.rateLimit.deleteMany({ where: { key: { startsWith: "mail:" } } });
    const after = Date.now();
    expect((await auth.resend({ type: "signup", email })).error).toBeNull();
    const next = await proof(email, after);
    expect(await get(linkOf(former.token))).toContain("otp_expired");
    expect(await open(next.token)).toContain("access_token");
  });

  test("a stranger's registration is confirmed neither by opening its link nor by its victim's button", async () => {
    const { email } = await signUp();
    const { token } = await proof(email);
    for (let n = 0; n < 3; n++) expect(await get(linkOf(token))).toMatch(/\/verify-email\?/);
    // The victim did not choose the password that the page asks for.
    expect(await pressConfirm(await get(linkOf(token)), other())).toBe("");
    expect(await pressConfirm(await get(linkOf(token)))).toBe("");
    expect(await db.user.count({ where: { email } })).toBe(0);
    expect(await open(token)).toContain("access_token");
  });

  test("sign-ups can be switched off", async () => {
    const body = JSON.stringify({ email: newEmail(), password: PASSWORD });
    const headers = { "content-type": "application/json" };
    const request = new Request(`${url}/auth/v1/signup`, { method: "POST", body, headers });
    const answer = await withEnv({ AUTH_ALLOW_SIGNUP: false }, () => supabase.POST(request));
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ msg: "Signups not allowed for this instance" });
  });
});
