import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiServer, startApiServer } from "@/tests/support/api-server";
import { adminUser, PASSWORD, session, verifiedUser } from "@/tests/support/people";
import { sdkOf } from "./sdk";

// Invitations and the admin's own user, with the unmodified client, on a site where people must prove their mailbox.

const FRONT_END = "https://admin.example.com/app";
let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer({ MEDUSA_STOREFRONT_URL: `user=${FRONT_END}` });
});
afterAll(async () => void (await server?.stop()));

const newSdk = () => sdkOf(server.url);
async function signedIn(email: string, actor = "user") {
  const sdk = newSdk();
  await sdk.auth.login(actor, "emailpass", { email, password: PASSWORD });
  return sdk;
}

test("an admin invites a person, who proves the mailbox, signs in and accepts", async () => {
  const admin = await signedIn((await adminUser({ name: "Ada Lovelace" })).email);
  expect((await admin.admin.user.me()).user).toMatchObject({ first_name: "Ada", last_name: "Lovelace" });
  const credentials = { email: `${randomUUID().slice(0, 8)}@example.com`, password: PASSWORD };
  const { email } = credentials;
  const { invite } = await admin.admin.invite.create({ email, metadata: { team: "north" } });
  expect(invite).toMatchObject({ email, accepted: false, metadata: { team: "north" }, token: expect.any(String) });
  const { invites, count } = await admin.admin.invite.list({ limit: 1, offset: 0 });
  expect([invites.length, count]).toEqual([1, 1]);
  expect(invites[0]?.token).toBeNull();

  const mail = await server.mail.waitForMail(email, { subject: /invited/i });
  const page = new URL(mail.links.find((link) => link.includes("token=")) ?? "");
  expect(page.href).toBe(`${FRONT_END}/invite?${new URLSearchParams({ token: invite.token, email })}`);

  const sdk = newSdk();
  const registered = await sdk.auth.register("user", "emailpass", credentials);
  const accept = (token: string) =>
    sdk.admin.invite.accept(
      { email, first_name: "Grace", last_name: "Hopper", invite_token: invite.token },
      {},
      {
        Authorization: `Bearer ${token}`,
      },
    );
  await expect(accept(registered)).rejects.toMatchObject({ status: 401, message: /Email not verified/ });
  const { code } = await server.mail.waitForMail(email, { subject: /confirm/i });
  await sdk.auth.verification.confirm({ code: code ?? "" });
  const token = String(await sdk.auth.login("user", "emailpass", credentials));
  await expect(sdk.admin.user.me()).rejects.toMatchObject({ status: 401 });
  const { user } = await accept(token);
  expect(user).toMatchObject({ email, first_name: "Grace", last_name: "Hopper", id: expect.stringMatching(/^user_/) });
  await sdk.auth.refresh();
  expect((await sdk.admin.user.me()).user).toEqual(user);
  await expect(accept(token)).rejects.toMatchObject({ status: 400, message: /already authenticated/ });
});

test("nobody but an admin, by a token or session of an admin, gets an answer", async () => {
  const admin = await adminUser();
  const [person, asCustomer] = [await verifiedUser(), await signedIn(admin.email, "customer")];
  const { token } = await session(person);
  for (const sdk of [newSdk(), await signedIn(person.email), await signedIn(person.email, "customer"), asCustomer]) {
    const id = `user_${admin.id.replaceAll("-", "")}`;
    await expect(sdk.admin.user.me()).rejects.toMatchObject({ status: 401 });
    await expect(sdk.admin.user.list()).rejects.toMatchObject({ status: 401 });
    await expect(sdk.admin.user.retrieve(id)).rejects.toMatchObject({ status: 401 });
    await expect(sdk.admin.user.update(id, {})).rejects.toMatchObject({ status: 401 });
    await expect(sdk.admin.user.delete(id)).rejects.toMatchObject({ status: 401 });
    await expect(sdk.admin.invite.create({ email: person.email })).rejects.toMatchObject({ status: 401 });
    await expect(sdk.admin.invite.list()).rejects.toMatchObject({ status: 401 });
    await expect(sdk.admin.invite.delete("x")).rejects.toMatchObject({ status: 401 });
  }
  const headers = { cookie: `authjs.session-token=${token}` };
  expect((await server.call("GET", "/admin/invites", { headers })).status).toBe(401);
});

test.each([
  "/auth",
  "/store",
  "/auth/",
  "/auth/x/y/z/w",
  "/store/products",
  "/admin/users",
  "/admin/users/x/roles",
  "/admin/invites/a/b/c",
])("%s is answered in JSON, whatever is asked and by whom", async (path) => {
  for (const method of ["GET", "POST", "PUT", "DELETE", "PATCH"]) {
    const answer = await fetch(server.url + path, { method, headers: { accept: "text/html" }, redirect: "manual" });
    if (answer.status === 308) continue;
    expect(answer.headers.get("content-type"), `${method} ${path}`).toBe("application/json");
    expect([401, 404, 405]).toContain(answer.status);
  }
});

test("a 401 names its scheme, and a 405 what is allowed", async () => {
  for (const path of ["/admin/users/me", "/admin/invites", "/store/customers/me", "/auth/mfa/factors"]) {
    const answer = await fetch(server.url + path);
    expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([
      401,
      expect.stringMatching(/^Bearer realm="/),
    ]);
  }
  for (const [method, path, allow] of [
    ["PUT", "/admin/invites", "GET, POST, OPTIONS"],
    ["DELETE", "/admin/users/me", "GET, OPTIONS"],
    ["GET", "/auth/session", "POST, DELETE, OPTIONS"],
  ] as const) {
    const answer = await fetch(server.url + path, { method });
    expect([answer.status, answer.headers.get("allow")], path).toEqual([405, allow]);
  }
  expect((await fetch(`${server.url}/admin`, { redirect: "manual" })).headers.get("location")).toMatch(/\/login/);
});
