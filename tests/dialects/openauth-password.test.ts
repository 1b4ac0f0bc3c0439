import { PasswordUI } from "@openauthjs/openauth/ui/password";
import { hash } from "bcrypt";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { login } from "@/lib/auth/login";
import { backgroundIdle } from "@/lib/background";
import { db } from "@/lib/db";
import type { PasswordConfig } from "@/lib/dialects/openauth/password-config";
import { PasswordProvider, type PasswordStep } from "@/lib/dialects/openauth/password-provider";
import { client, links, PASSWORD, storedHash, verifiedUser } from "@/tests/support/people";

/** The codes that the config was asked to send, the newest last. */
let sent: { email: string; code: string }[] = [];
const sendCode = async (email: string, code: string) => void sent.push({ email, code });

beforeEach(() => {
  sent = [];
});

/** A browser that posts forms to a provider and reads what it draws. */
function visitor(config: PasswordConfig) {
  const provider = PasswordProvider(config);
  const from = client();
  const jar = new Map<string, string>();
  let form: FormData | null;
  const visit = async (step: PasswordStep, fields?: Record<string, string>, query = "") => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const request = new Request(`https://app.example.com/password/${step}${query}`, { headers: { cookie } });
    form = null;
    if (fields) {
      form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
    }
    const response = await provider.handle(step, request, form, {
      client: from,
      session: {},
      success: async ({ user }) => new Response(null, { status: 302, headers: { location: `/?user=${user.email}` } }),
    });
    await backgroundIdle();
    for (const header of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = header.match(/^([^=]+)=([^;]*)/) ?? [];
      if (value) jar.set(name, value);
      else jar.delete(name);
    }
    const html = await response.text();
    const message = html.match(/data-slot="message">([^<]*)</)?.[1] ?? "";
    const action = html.match(/name="action" value="(\w+)"/)?.[1];
    return { status: response.status, location: response.headers.get("location"), html, message, action };
  };
  return { visit, jar };
}

const register = { action: "register", password: PASSWORD, repeat: PASSWORD };

describe("npm's PasswordUI, unmodified, as the config", () => {
  const copy = { error_email_taken: "This email is already taken." };
  const ui = PasswordUI({ copy, sendCode });

  test("registers and signs in", async () => {
    const { visit } = visitor(ui);
    expect((await visit("register")).action).toBe("register");
    const asked = await visit("register", { ...register, email: "Fresh@Example.com" });
    expect(asked).toMatchObject({ status: 200, message: "", action: "verify" });
    expect(sent).toEqual([{ email: "fresh@example.com", code: expect.stringMatching(/^\d{6}$/) }]);
    expect(await db.user.count({ where: { email: "fresh@example.com" } })).toBe(0);
    const done = await visit("register", { action: "verify", code: sent[0]?.code ?? "" });
    expect(done).toMatchObject({ status: 302, location: "/?user=fresh@example.com" });
    expect(await visit("authorize", { email: "fresh@example.com", password: PASSWORD })).toMatchObject({ status: 302 });
  });

  test("says in its own words that an address is taken", async () => {
    const alice = await verifiedUser();
    const { visit } = visitor(ui);
    const refused = await visit("register", { ...register, email: alice.email.toUpperCase() });
    expect(refused).toMatchObject({ status: 200, message: copy.error_email_taken, action: "register" });
    expect(sent).toEqual([]);
  });

  test("changes a password", async () => {
    const alice = await verifiedUser();
    const { visit } = visitor(ui);
    await visit("change");
    expect(await visit("change", { action: "code", email: alice.email })).toMatchObject({ action: "verify" });
    expect(await visit("change", { action: "verify", code: "000000" })).toMatchObject({ status: 400 });
    expect(await visit("change", { action: "verify", code: sent[0]?.code ?? "" })).toMatchObject({ action: "update" });
    const next = "granite-otter-77-lantern";
    const done = await visit("change", { action: "update", password: next, repeat: next });
    expect(done).toMatchObject({ status: 302, location: "./authorize" });
    expect((await visit("authorize", { email: alice.email, password: PASSWORD })).message).toBe(
      "Password is incorrect.",
    );
    expect((await visit("authorize", { email: alice.email, password: next })).status).toBe(302);
  });

  test("never draws a password that was typed", async () => {
    const { visit } = visitor(ui);
    const secret = "seldom-kestrel-41-opal";
    const drawn = await visit("register", { ...register, email: "", password: secret, repeat: secret });
    expect(drawn.message).toBe("Email is not valid.");
    expect(drawn.html).not.toContain(secret);
  });
});

describe("a config of one's own", () => {
  const own: PasswordConfig = {
    sendCode,
    login: async (_request, _form, error) => Response.json({ error }, { status: 418 }),
    register: async (_request, state, _form, error) => Response.json({ state, error }, { status: 418 }),
    change: async (_request, state, _form, error) => Response.json({ state, error }, { status: 418 }),
  };

  test("is called with states and errors as they are", async () => {
    const { visit } = visitor(own);
    expect(await visit("authorize", { email: "", password: "" })).toMatchObject({
      status: 418,
      html: JSON.stringify({ error: { type: "invalid_email" } }),
    });
    const { html } = await visit("register", { ...register, email: "own@example.com" });
    expect(JSON.parse(html)).toEqual({ state: { type: "code", email: "own@example.com", code: "", password: "" } });
  });

  test("has its rule for passwords applied: a schema, a function, or one that throws", async () => {
    const rules: PasswordConfig["validatePassword"][] = [
      z.string().min(40, "At least 40 characters."),
      (password) => (password.length < 40 ? "At least 40 characters." : undefined),
      () => {
        throw new Error("At least 40 characters.");
      },
    ];
    for (const validatePassword of rules) {
      const { visit } = visitor({ ...own, validatePassword });
      const { html } = await visit("register", { ...register, email: "rule@example.com" });
      expect(JSON.parse(html).error).toEqual({ type: "validation_error", message: "At least 40 characters." });
    }
  });

  test("has its hasher used, whose passwords open nothing elsewhere", async () => {
    const hasher = {
      hash: async (password: string) => ({ reversed: [...password].reverse().join("") }),
      verify: async (password: string, stored: { reversed: string }) =>
        [...stored.reversed].reverse().join("") === password,
    };
    const { visit } = visitor({ ...own, hasher });
    await visit("register", { ...register, email: "hasher@example.com" });
    expect(await visit("register", { action: "verify", code: sent[0]?.code ?? "" })).toMatchObject({ status: 302 });
    const user = await db.user.findUniqueOrThrow({
      where: { email: "hasher@example.com" },
      include: { credential: true },
    });
    expect(user.credential?.passwordHash).toContain([...PASSWORD].reverse().join(""));
    expect(await visit("authorize", { email: user.email, password: PASSWORD })).toMatchObject({ status: 302 });
    expect(await visit("authorize", { email: user.email, password: "wrong" })).toMatchObject({ status: 418 });
    const elsewhere = await login({ email: user.email, password: PASSWORD }, client(), links);
    expect(elsewhere).toMatchObject({ error: { code: "invalid_credentials" } });
  });

  test("is not used for a password that was set elsewhere, which goes on working there", async () => {
    const hasher = { hash: async (password: string) => ({ password }), verify: async () => false };
    const alice = await verifiedUser();
    // This hash is from another system, so our own sign-in would hash the password again.
    await db.credential.update({ where: { userId: alice.id }, data: { passwordHash: await hash(PASSWORD, 4) } });
    const signedIn = await visitor({ ...own, hasher }).visit("authorize", { email: alice.email, password: PASSWORD });
    expect(signedIn.status).toBe(302);
    expect(await storedHash(alice.id)).not.toMatch(/^other:/);
    expect(await login({ email: alice.email, password: PASSWORD }, client(), links)).toMatchObject({ ok: true });
  });
});

describe("a code", () => {
  const ui = PasswordUI({ sendCode });

  test("is burned after five wrong ones, and asks to start again", async () => {
    const { visit } = visitor(ui);
    await visit("register", { ...register, email: "burned@example.com" });
    for (let n = 0; n < 5; n++)
      expect(await visit("register", { action: "verify", code: "000000" })).toMatchObject({ action: "verify" });
    const late = await visit("register", { action: "verify", code: sent[0]?.code ?? "" });
    expect(late).toMatchObject({ message: "Code is incorrect.", action: "register" });
  });

  test("cannot be guessed with a cookie from before, nor by many at once", async () => {
    const { visit, jar } = visitor(ui);
    await visit("register", { ...register, email: "replay@example.com" });
    const cookies = [...jar];
    const code = sent[0]?.code ?? "";
    const guesses = Array.from({ length: 50 }, async (_, n) => {
      const other = visitor(ui);
      for (const [name, value] of cookies) other.jar.set(name, value);
      const guess = String((Number(code) + 1 + n) % 1_000_000).padStart(6, "0");
      return other.visit("register", { action: "verify", code: guess });
    });
    for (const { status } of await Promise.all(guesses)) expect([200, 429]).toContain(status);
    const again = visitor(ui);
    for (const [name, value] of cookies) again.jar.set(name, value);
    expect(await again.visit("register", { action: "verify", code })).toMatchObject({ message: "Code is incorrect." });
  });

  test("is replaced by another one, at most once a minute; until then it goes on working", async () => {
    const { visit } = visitor(ui);
    await visit("register", { ...register, email: "resend@example.com" });
    expect(await visit("register", { action: "register" })).toMatchObject({ status: 200, action: "verify" });
    expect(sent).toHaveLength(1);
    await db.rateLimit.deleteMany();
    await visit("register", { action: "register" });
    expect(sent).toHaveLength(2);
    const [first, second] = sent.map(({ code }) => code);
    expect(await visit("register", { action: "verify", code: first ?? "" })).toMatchObject({
      message: "Code is incorrect.",
    });
    expect(await visit("register", { action: "verify", code: second ?? "" })).toMatchObject({ status: 302 });
  });

  test("of the second of two registrations comes too late", async () => {
    const [one, two] = [visitor(ui), visitor(ui)];
    await one.visit("register", { ...register, email: "two@example.com" });
    await db.rateLimit.deleteMany();
    await two.visit("register", { ...register, email: "two@example.com" });
    const [first, second] = sent.map(({ code }) => code);
    expect(await one.visit("register", { action: "verify", code: first ?? "" })).toMatchObject({ status: 302 });
    expect(await two.visit("register", { action: "verify", code: second ?? "" })).toMatchObject({
      message: "There is already an account with this email.",
      action: "register",
    });
  });

  test("goes to an address without an account too, and then leads to nothing", async () => {
    const { visit } = visitor(ui);
    await visit("change");
    expect(await visit("change", { action: "code", email: "ghost@example.com" })).toMatchObject({ action: "verify" });
    expect(await visit("change", { action: "verify", code: sent[0]?.code ?? "" })).toMatchObject({ action: "update" });
    expect(await visit("change", { action: "update" })).toMatchObject({ status: 302, location: "./authorize" });
    expect(await db.user.count({ where: { email: "ghost@example.com" } })).toBe(0);
  });
});
