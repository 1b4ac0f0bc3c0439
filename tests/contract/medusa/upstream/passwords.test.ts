import { decodeProtectedHeader, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { db } from "@/lib/db";
import { adminUser, other } from "@/tests/support/people";
import { claimsIn, newEmail, startMedusaServer } from "./medusa-server";

// Cases of Medusa's own suite, by file and number. lib/dialects/medusa/UPSTREAM.md lists them all.
let medusa: Awaited<ReturnType<typeof startMedusaServer>>;
beforeAll(async () => {
  medusa = await startMedusaServer();
});
afterAll(() => medusa?.server.stop());

const INVALID = { status: 401, body: { type: "unauthorized", message: "Invalid token" } };
const WRONG = { status: 401, body: { message: "Invalid email or password" } };

describe("signing in", () => {
  test("auth 2, auth-asymetric 2: the address of an admin is taken", async () => {
    const { answer } = await medusa.register((await adminUser()).email);
    expect(answer).toMatchObject({ status: 401, body: { message: "Identity with email already exists" } });
  });

  test("auth 3, auth-asymetric 3: an unknown address is answered like a wrong password", async () => {
    expect(await medusa.login(newEmail())).toMatchObject(WRONG);
  });

  test("auth 18, auth-asymetric 14: a refreshed token names the same person, later", async () => {
    const { token } = await medusa.newAdmin();
    const first = claimsIn(token);
    // `iat` has whole seconds, so the next token must be a second younger.
    await vi.waitUntil(() => Date.now() / 1000 >= (first.iat ?? 0) + 1);
    const { status, body } = await medusa.post("/auth/token/refresh", {}, token);
    const second = claimsIn(body.token);
    expect(status).toBe(200);
    expect(decodeProtectedHeader(String(body.token)).alg).toBe("ES256");
    for (const claim of ["actor_id", "actor_type", "auth_identity_id"]) expect(second[claim]).toBe(first[claim]);
    expect(second.actor_id).toMatch(/^user_/);
    expect(second.iat).toBeGreaterThan(first.iat ?? 0);
    expect(second.exp).toBeGreaterThan(first.exp ?? 0);
  });

  test.each([
    ["auth 19", "app_metadata", "appMetadata", { is_verified: true, custom_role: "manager" }],
    ["auth 21", "user_metadata", "userMetadata", { email: "a@example.com", roles: ["editor"] }],
  ])("%s: what is kept in %s is in tokens, also in refreshed ones", async (_, claim, column, kept) => {
    const { email, token: registered } = await medusa.register();
    await db.user.update({ where: { id: claimsIn(registered).sub }, data: { [column]: kept } });
    const { token } = (await medusa.login(email)).body;
    expect(claimsIn(token)[claim]).toMatchObject(kept);
    const refreshed = await medusa.post("/auth/token/refresh", {}, String(token));
    expect(claimsIn(refreshed.body.token)[claim]).toMatchObject(kept);
  });

  test("auth 20: a token names its provider, also a refreshed one", async () => {
    const { email } = await medusa.register();
    const { token } = (await medusa.login(email)).body;
    expect(claimsIn(token).auth_provider).toBe("emailpass");
    const refreshed = await medusa.post("/auth/token/refresh", {}, String(token));
    expect(claimsIn(refreshed.body.token).auth_provider).toBe("emailpass");
  });
});

describe("asking for a reset", () => {
  const ask = (body: object, provider = "emailpass") => medusa.post(`/auth/user/${provider}/reset-password`, body);

  test("auth 4, auth-asymetric 4: is done for an admin", async () => {
    const { email } = await adminUser();
    expect((await ask({ identifier: email })).status).toBe(201);
    expect(await mailedToken(email)).not.toBe("");
  });

  test("auth 5, auth-asymetric 5: needs an identifier", async () => {
    const message = "Invalid request: Field 'identifier' is required";
    expect(await ask({})).toMatchObject({ status: 400, body: { message } });
  });

  test("auth 6, auth-asymetric 6: is answered alike for an unknown address", async () => {
    expect((await ask({ identifier: newEmail() })).status).toBe(201);
  });

  test("auth 7, auth-asymetric 7: is answered alike for an unknown provider", async () => {
    const { email } = await adminUser();
    expect((await ask({ identifier: email }, "no-such-provider")).status).toBe(201);
    expect(await db.verification.count({ where: { email, purpose: "reset" } })).toBe(0);
  });
});

describe("a reset", () => {
  const update = (token?: string, body: object = { password: other() }, actor = "user") =>
    medusa.post(`/auth/${actor}/emailpass/update`, body, token);

  test("auth 8, auth-asymetric 8: replaces the password", async () => {
    const { email, token } = await newReset();
    expect(await update(token)).toMatchObject({ status: 200, body: { success: true } });
    expect(await medusa.login(email)).toMatchObject(WRONG);
    expect(await medusa.login(email, other())).toMatchObject({ status: 200, body: { token: expect.any(String) } });
  });

  test("auth 9: works once", async () => {
    const { email, token } = await newReset();
    expect((await update(token)).status).toBe(200);
    expect(await update(token, { password: other(1) })).toMatchObject(INVALID);
    expect((await medusa.login(email, other(1))).status).toBe(401);
    expect((await medusa.login(email, other())).status).toBe(200);
  });

  test("auth 10: ends with the next one", async () => {
    const { email, token: first } = await newReset();
    const second = await askAndRead(email, Date.now());
    expect(await update(first)).toMatchObject(INVALID);
    expect((await update(second)).status).toBe(200);
  });

  test("auth 11: is not done by a token that signs in", async () => {
    const { email } = await medusa.register();
    const { token } = (await medusa.login(email)).body;
    expect(await update(String(token))).toMatchObject(INVALID);
    expect((await medusa.login(email)).status).toBe(200);
  });

  test("auth 12, auth-asymetric 9: changes no address", async () => {
    const { email, token } = await newReset();
    const wished = newEmail();
    expect((await update(token, { email: wished, password: other() })).status).toBe(200);
    expect(await medusa.login(wished, other())).toMatchObject(WRONG);
    expect((await medusa.login(email, other())).status).toBe(200);
  });

  test("auth 13, auth-asymetric 10: is over in time", async () => {
    const { email, token } = await newReset();
    await db.verification.updateMany({ where: { email, purpose: "reset" }, data: { expires: new Date() } });
    expect(await update(token)).toMatchObject(INVALID);
  });

  test("auth 14, auth-asymetric 11: needs its token", async () => {
    const { email } = await medusa.register();
    expect(await update(undefined, { email })).toMatchObject(INVALID);
  });

  test("auth 15, auth-asymetric 12: is for the actor that it was asked for", async () => {
    const { email, token } = await newReset();
    expect(await update(token, { password: other() }, "customer")).toMatchObject(INVALID);
    expect((await medusa.login(email)).status).toBe(200);
  });

  test("auth 16, auth-asymetric 13: is not done by a token that another key signed", async () => {
    const { email } = await newReset();
    const claims = { entity_id: email, provider: "emailpass", actor_type: "user", purpose: "reset" };
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256" })
      .setExpirationTime("15m")
      .sign(new TextEncoder().encode("another key of as many bytes as one needs"));
    expect(await update(forged)).toMatchObject(INVALID);
    expect((await medusa.login(email)).status).toBe(200);
  });
});

test("providers 1, providers 2: the ways in of admins and of customers are told to anyone", async () => {
  for (const actor of ["user", "customer"]) {
    const { status, body } = await medusa.call("GET", `/auth/${actor}/providers`);
    const emailpass = { id: "emailpass", identifier: "emailpass", display_name: "Email/Password Authentication" };
    expect([status, body.providers]).toEqual([200, [{ ...emailpass, flow: "credentials" }]]);
  }
});

test("providers 3: no setting of a provider is told", async () => {
  const { body } = await medusa.call("GET", "/auth/user/providers");
  for (const provider of body.providers as unknown as object[])
    expect(Object.keys(provider).sort()).toEqual(["display_name", "flow", "id", "identifier"]);
});

/** A new person, and a token that resets their password. */
async function newReset() {
  const { email } = await medusa.register();
  return { email, token: await askAndRead(email) };
}

async function askAndRead(email: string, after = 0): Promise<string> {
  await medusa.post("/auth/user/emailpass/reset-password", { identifier: email });
  return mailedToken(email, after);
}

async function mailedToken(email: string, after = 0): Promise<string> {
  const { links } = await medusa.server.mail.waitForMail(email, { subject: /reset/i, after });
  return new URL(links.find((link) => link.includes("token=")) ?? "").searchParams.get("token") ?? "";
}
