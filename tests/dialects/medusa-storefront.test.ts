import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { inviteAdmin, renewInvitation } from "@/lib/auth/invite-admin";
import { register } from "@/lib/auth/register";
import { medusa } from "@/lib/dialects/medusa";
import { inviteLink } from "@/lib/dialects/medusa/links";
import { SETTINGS } from "@/lib/dialects/medusa/settings";
import { env } from "@/lib/env";
import { newestMail, outbox } from "@/tests/support/outbox";
import { adminUser, client, links, other, PASSWORD, session, verifiedUser, withEnv } from "@/tests/support/people";
import { pressedAt } from "@/tests/support/press-button";
import { subscribe, untold } from "@/tests/support/subscribers";

const SITE = "http://localhost:3000";
const [SHOP, ADMIN] = ["https://shop.example.com/de", "https://admin.example.com"];
beforeAll(() => void Object.assign(env(), { APP_URL: SITE, TRUSTED_PROXY_HOPS: 1 }));

let ip = 0;
async function post(path: string, body: object, token?: string) {
  ip += 1;
  const headers = { "content-type": "application/json", "x-forwarded-for": `198.51.100.${ip}` };
  const authorization = token && { authorization: `Bearer ${token}` };
  const init = { method: "POST", headers: { ...headers, ...authorization }, body: JSON.stringify(body) };
  const answer = await medusa.POST(new Request(SITE + path, init));
  return {
    status: answer.status,
    body: answer.status === 201 ? {} : ((await answer.json()) as Record<string, unknown>),
  };
}
const signUp = async (actor = "customer") => {
  const email = `${randomUUID().slice(0, 8)}@example.com`;
  const { body } = await post(`/auth/${actor}/emailpass/register`, { email, password: PASSWORD });
  return { email, token: String(body.token) };
};
const login = (email: string, password = PASSWORD) => post("/auth/customer/emailpass", { email, password });
const confirm = (body: object, token?: string) => post("/auth/verification/confirm", body, token);
/** Presses the button of a mailed link's page. @returns the address of the storefront's page that it leads to */
async function followed(link: string | null = null): Promise<URL> {
  const answer = await medusa.GET(new Request(pressedAt(link)));
  expect(answer.status).toBe(303);
  return new URL(answer.headers.get("location") ?? "");
}

describe("mails lead", () => {
  const byActor = { MEDUSA_STOREFRONT_URL: [`customer=${SHOP}/`, ADMIN] };

  test("a reset to the storefront of its actor, with token and address", async () => {
    for (const [actor, base] of [
      ["customer", SHOP],
      ["user", ADMIN],
    ]) {
      const { email } = await verifiedUser();
      await withEnv(byActor, () => post(`/auth/${actor}/emailpass/reset-password`, { identifier: email }));
      const { url, token } = await newestMail(email);
      expect(url).toBe(`${base}/reset-password?${new URLSearchParams({ token, email })}`);
    }
  });

  test("to our own pages where nothing is set", async () => {
    const { email } = await verifiedUser();
    await post("/auth/customer/emailpass/reset-password", { identifier: email });
    expect((await newestMail(email)).url).toMatch(`${SITE}/reset-password?token=`);
  });

  test("a confirmation by way of our button to the storefront, whose code then does alone", async () => {
    const { email } = await withEnv(byActor, () => signUp());
    const page = await withEnv(byActor, async () => followed((await newestMail(email)).url));
    expect(page.href).toMatch(`${SHOP}/verify-email?`);
    expect(page.searchParams.get("email")).toBe(email);
    const code = page.searchParams.get("code") ?? "";
    expect(await confirm({ code: `${code.split(".")[0]}.${"x".repeat(43)}` })).toMatchObject({ status: 400 });
    expect(await confirm({ code })).toMatchObject({ status: 200, body: { entity_id: email } });
    expect((await login(email)).body).toEqual({ token: expect.any(String) });
    expect((await confirm({ code })).status).toBe(400);
  });

  test("another code's mark, and an address of nobody's choosing, gain nothing", async () => {
    const [one, two] = [await signUp(), await signUp()];
    const tokens = [(await newestMail(one.email)).token, (await newestMail(two.email)).token];
    const page = await withEnv(byActor, async () => {
      const query = new URLSearchParams({ code: tokens[0] ?? "", actor: "https://evil.example", pressed: "x" });
      const answer = await medusa.GET(new Request(`${SITE}/auth/verification/confirm?${query}`));
      return new URL(answer.headers.get("location") ?? "");
    });
    expect([page.origin, page.searchParams.get("code")]).toEqual([ADMIN, tokens[0]]);
    expect((await confirm({ code: tokens[0] })).body.message).toMatch(/began elsewhere/);
    expect((await login(one.email)).body.verification_required).toBe(true);
  });
});

describe("with event", () => {
  const settings = { MEDUSA_STOREFRONT_URL: ["event"] };

  test("subscribers get what no mail tells, and strangers' addresses nothing", async () => {
    subscribe("auth.password_reset", () => {});
    subscribe("auth.verification_requested", () => {});
    const { email } = await verifiedUser();
    const before = (await outbox()).length;
    const registered = await withEnv(settings, async () => {
      for (const identifier of [email, "ghost@example.com"])
        await post("/auth/customer/emailpass/reset-password", { identifier });
      return signUp();
    });
    const mails = (await outbox()).slice(before);
    expect(mails.filter(({ decoy }) => !decoy)).toEqual([]);
    expect(await untold("auth.password_reset")).toMatchObject([{ entity_id: email }]);
    const [told] = (await untold("auth.verification_requested")) as { token: string; code: string }[];
    expect(told).toMatchObject({
      entity_id: registered.email,
      entity_type: "email",
      code: expect.stringMatching(/^\d{6}$/),
    });
    expect((await confirm({ code: told?.code }, registered.token)).status).toBe(200);
  });

  test("subscribers get an invitation's token, each time it is sent", async () => {
    subscribe("invite.created", () => {});
    const { principal } = await session(await adminUser());
    const { email } = await verifiedUser();
    const invited = await withEnv(settings, () => inviteAdmin(principal, { email }, client(), inviteLink(email)));
    if (!invited.ok) throw new Error(invited.error.code);
    const { id } = invited.value.invitation;
    const again = await withEnv(settings, () => renewInvitation(principal, id, client(), inviteLink));
    const tokens = [invited, again].map((one) => one.ok && one.value.token);
    expect(await untold("invite.created")).toEqual(tokens.map((token) => ({ id, email, token })));
    expect((await outbox(email)).length).toBe(0);
  });

  test("an address that has an owner is told to no subscriber when it registers again, nor one that gets no mail now", async () => {
    subscribe("auth.verification_requested", () => {});
    const { email } = await verifiedUser();
    const begun = await register({ email, password: other() }, client(), { ...links, eventOnly: true });
    expect(begun).toMatchObject({ ok: true, value: { status: "pending" } });
    expect(await untold("auth.verification_requested")).toEqual([]);
    const fresh = `${randomUUID()}@example.com`;
    for (const password of [PASSWORD, other()])
      await register({ email: fresh, password }, client("192.0.2.7"), { ...links, eventOnly: true });
    expect(await untold("auth.verification_requested")).toMatchObject([{ entity_id: fresh }]);
  });
});

describe("the token of a mailed link alone", () => {
  const mailed = async () => {
    const { email, token } = await signUp();
    return { email, registered: token, code: (await newestMail(email)).token };
  };

  test("does not confirm what may be a stranger's registration", async () => {
    const { email, code } = await mailed();
    expect(await confirm({ code })).toMatchObject({ status: 400, body: { type: "not_allowed" } });
    expect(await confirm({ code, password: other() })).toMatchObject({ status: 400 });
    expect((await login(email)).body.verification_required).toBe(true);
  });

  test("does with the password that was chosen", async () => {
    const { email, code } = await mailed();
    expect((await confirm({ code, password: PASSWORD })).status).toBe(200);
    expect((await login(email)).body).toEqual({ token: expect.any(String) });
  });

  test("does for the client that registered", async () => {
    const { registered, code } = await mailed();
    expect((await confirm({ code }, registered)).status).toBe(200);
  });

  test("does for all where the setting says so", async () => {
    const { email, code } = await mailed();
    SETTINGS.openingConfirms = true;
    try {
      const settings = { MEDUSA_STOREFRONT_URL: [SHOP] };
      const another = await withEnv(settings, () => signUp());
      const link = new URL((await newestMail(another.email)).url ?? "");
      expect(link.href).toMatch(`${SHOP}/verify-email?code=`);
      expect((await confirm({ code: link.searchParams.get("code") })).status).toBe(200);
      expect((await confirm({ code })).status).toBe(200);
    } finally {
      SETTINGS.openingConfirms = false;
    }
    expect((await login(email)).body).toEqual({ token: expect.any(String) });
  });
});
