import { DataProvider } from "@refinedev/strapi-v4";
import { strapi as strapiClient } from "@strapi/client";
import axios from "axios";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/lib/db";
import { type ApiServer, startApiServer } from "@/tests/support/api-server";
import { newIp } from "@/tests/support/http-client";
import { storedHash } from "@/tests/support/people";
import { client, newcomer, refusal } from "./person";

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer({ AUTH_REQUIRE_EMAIL_VERIFICATION: "false" });
});
afterAll(async () => void (await server?.stop()));

const { ask, signIn, register } = client(() => server);
const UNKNOWN = refusal(404, "NotFoundError", "User not found");
const AUTHENTICATED = { id: expect.any(Number), name: "Authenticated", type: "authenticated" };

describe("the list of users", () => {
  test("users-api.test.api.js 4: holds the caller alone", async () => {
    const [{ jwt, id, username, email }] = [await register(), await register()];
    expect(await ask("GET", "users", jwt)).toMatchObject({ status: 200, body: [{ id, username, email }] });
    expect((await ask("GET", "users/count", jwt)).body).toBe(1);
  });

  test("users-api.test.api.js 5: holds the caller if the filter fits", async () => {
    const [{ jwt, id, username }, other] = [await register(), await register()];
    for (const filter of [`[username]=${username}`, `[id][$in][0]=${id}`, `[email][$containsi]=${username}`])
      expect((await ask("GET", `users?filters${filter}`, jwt)).body, filter).toMatchObject([{ id }]);
    for (const filter of [`[username]=${other.username}`, `[id][$ne]=${id}`, `[email][$eq]=${other.email}`])
      expect((await ask("GET", `users?filters${filter}`, jwt)).body, filter).toEqual([]);
  });

  test("users-api.test.api.js 6, 7: tells the role when asked, and never whose else it is", async () => {
    const { jwt, id } = await register();
    for (const populate of ["populate=role", "populate[role][populate][0]=users"]) {
      const { body } = await ask("GET", `users?${populate}`, jwt);
      expect(body).toMatchObject([{ id, role: AUTHENTICATED }]);
      expect(JSON.stringify(body)).not.toContain('"users"');
    }
    expect(JSON.stringify((await ask("GET", "users", jwt)).body)).not.toContain('"role"');
  });

  test("controllers/controllers.test.ts 10, 12: refuses a query by what is not the user's", async () => {
    const { jwt } = await register();
    for (const filter of ["[password]=x", "[email][$regex]=x", "[role][users]=1", "[$or][0][id]=1"])
      for (const path of ["users", "users/count"])
        expect((await ask("GET", `${path}?filters${filter}`, jwt)).status, filter).toBe(400);
  });
});

describe("one user", () => {
  test("users-api.test.api.js 8, 9, 10: is told with the role when that is asked for", async () => {
    const { jwt, id, documentId, username, email } = await register();
    const plain = await ask("GET", `users/${id}`, jwt);
    expect(plain).toMatchObject({ status: 200, body: { id, username, email } });
    expect(plain.body).not.toHaveProperty("role");
    for (const populate of ["populate=role", "populate[role][populate][0]=users"]) {
      const { body } = await ask("GET", `users/${documentId}?${populate}`, jwt);
      expect(body).toMatchObject({ id, role: AUTHENTICATED });
      expect(body.role).not.toHaveProperty("users");
    }
  });

  test("controllers/controllers.test.ts 19: is told to nobody without a token", async () => {
    const { id } = await register();
    const paths = [["GET", "users/me"], ...["GET", "PUT", "DELETE"].map((method) => [method, `users/${id}`])];
    for (const [method = "", path = ""] of [...paths, ["GET", "users"]])
      expect(await ask(method, path)).toMatchObject(refusal(403, "ForbiddenError", "Forbidden"));
  });

  test("users-api.test.api.js 3, user-update-relations.test.api.js 9, controllers/controllers.test.ts 4: who is unknown is not found, and neither is another person", async () => {
    const [{ jwt }, other] = [await register(), await register()];
    const answers = [];
    for (const id of [99_999_999, other.id, other.documentId, "x"])
      for (const method of ["GET", "PUT", "DELETE"])
        answers.push(await ask(method, `users/${id}`, jwt, method === "PUT" ? { username: "whatever" } : undefined));
    for (const answer of answers) expect(answer).toMatchObject(UNKNOWN);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect((await ask("GET", "users/me", other.jwt)).body).toMatchObject({ username: other.username });
  });
});

describe("a change", () => {
  test("user-update-relations.test.api.js 2: of the username leaves the password alone", async () => {
    const { jwt, id, documentId, email, password } = await register();
    const before = await storedHash(documentId);
    const { username } = newcomer();
    const changed = await ask("PUT", `users/${id}`, jwt, { username });
    expect(changed).toMatchObject({ status: 200, body: { id, username, email } });
    expect(await storedHash(documentId)).toBe(before);
    expect((await signIn({ email: username, password })).status).toBe(200);
  });

  test("user-update-relations.test.api.js 11, controllers/controllers.test.ts 7: to another person's username is refused, and after ten tries not answered", async () => {
    const [{ jwt, id, username }, other] = [await register(), await register()];
    const take = () => ask("PUT", `users/${id}`, jwt, { username: other.username });
    for (let n = 0; n < 10; n++)
      expect(await take()).toMatchObject(refusal(400, "ApplicationError", "Username already taken"));
    expect((await take()).status).toBe(429);
    expect((await ask("GET", "users/me", jwt)).body).toMatchObject({ username });
  });

  test("user-update-relations.test.api.js 12, 13: of what is not known changes nothing", async () => {
    const { jwt, id, username, email } = await register();
    const odd = { thisFieldDoesNotExist: "value", notARelation: { connect: ["a"] } };
    expect(await ask("PUT", `users/${id}`, jwt, odd)).toMatchObject({ status: 200, body: { username, email } });
    expect((await db.user.findUnique({ where: { seq: id } }))?.userMetadata ?? {}).toEqual({});
  });

  test("user-update-relations.test.api.js 26: that would take the role away is refused, and so is one that would raise it", async () => {
    const { jwt, id } = await register();
    for (const role of [{ connect: [], disconnect: [{ documentId: "a" }] }, 2, "2", { connect: [{ id: 2 }] }, null])
      expect((await ask("PUT", `users/${id}`, jwt, { role })).status).toBe(400);
    for (const fixed of [{ confirmed: false }, { blocked: true }, { provider: "google" }])
      expect((await ask("PUT", `users/${id}`, jwt, fixed)).status).toBe(400);
    expect((await db.user.findUnique({ where: { seq: id } }))?.role).toBe("user");
  });

  test("controllers/controllers.test.ts 5, 6: to no password is refused", async () => {
    const { jwt, id } = await register();
    for (const password of [null, ""])
      expect(await ask("PUT", `users/${id}`, jwt, { password })).toMatchObject(
        refusal(400, "ValidationError", "password.notNull"),
      );
  });

  test("controllers/controllers.test.ts 9: to what is there already is taken, in any case", async () => {
    const { jwt, id, username, email } = await register();
    const shown = (await ask("GET", `users/${id}?populate=role`, jwt)).body;
    const same = { ...shown, email: email.toUpperCase() };
    expect(await ask("PUT", `users/${id}`, jwt, same)).toMatchObject({ status: 200, body: { id, username, email } });
    expect(await server.mail.mails(email)).toEqual([]);
  });

  test("of name and address changes both or neither", async () => {
    const { jwt, id, documentId, username, email } = await register();
    const [other, wanted] = [await register(), newcomer()];
    const both = (more: object) => ask("PUT", `users/${id}`, jwt, { ...wanted, password: undefined, ...more });
    expect((await both({ username: other.username })).body).toMatchObject({ error: { name: "ApplicationError" } });
    expect((await both({ currentPassword: "wrong" })).status).toBe(400);
    expect((await ask("GET", "users/me", jwt)).body).toMatchObject({ username, email });
    expect(await db.verification.count({ where: { userId: documentId, purpose: "change-email" } })).toBe(0);
    expect(await both({})).toMatchObject({ status: 200, body: { username: wanted.username, email } });
    expect((await server.mail.waitForMail(wanted.email)).links.join()).toContain("/verify-email");
  });

  test("of the address waits for the new mailbox", async () => {
    const { jwt, id, email } = await register();
    const { email: wanted } = newcomer();
    expect(await ask("PUT", `users/${id}`, jwt, { email: wanted })).toMatchObject({ status: 200, body: { email } });
    expect((await server.mail.waitForMail(wanted)).links.join()).toContain("/verify-email");
  });
});

test("users-api.test.api.js 11, controllers/controllers.test.ts 20: a person can delete their account, with what was begun in it", async () => {
  const { jwt, id, email, password } = await register();
  const deleted = await ask("DELETE", `users/${id}`, jwt);
  expect(deleted).toMatchObject({ status: 200, body: { id, email } });
  expect(deleted.text).not.toMatch(/password|token/i);
  expect((await ask("GET", "users/me", jwt)).status).toBe(401);
  expect((await signIn({ email, password })).status).toBe(400);
});

test("an account is deleted long after the sign-in by the password only", async () => {
  const { jwt, id, documentId, password } = await register();
  const earlier = new Date(Date.now() - 3_600_000);
  await db.session.updateMany({ where: { userId: documentId }, data: { authenticatedAt: earlier } });
  expect((await ask("DELETE", `users/${id}`, jwt)).status).toBe(403);
  expect((await ask("DELETE", `users/${id}`, jwt, { currentPassword: "wrong" })).status).toBe(400);
  expect((await ask("DELETE", `users/${id}`, jwt, { currentPassword: password })).status).toBe(200);
});

describe("roles and permissions", () => {
  type Granted = { permissions: Record<string, { controllers: Record<string, Record<string, { enabled: boolean }>> }> };
  const permissions = async (jwt?: string) => {
    const { status, body } = await ask("GET", "users-permissions/permissions", jwt);
    expect(status).toBe(200);
    return (body as unknown as Granted).permissions["plugin::users-permissions"]?.controllers;
  };

  test("permissions.test.api.js 1: a caller's own are told", async () => {
    const { jwt } = await register();
    const granted = await permissions(jwt);
    expect(granted?.permissions?.getPermissions).toEqual({ enabled: true, policy: "" });
    expect(granted?.auth?.register).toEqual({ enabled: false, policy: "" });
  });

  test("permissions.test.api.js 2: and everybody's to a visitor", async () => {
    const granted = await permissions();
    expect(granted?.permissions?.getPermissions).toEqual({ enabled: true, policy: "" });
    expect(granted?.auth?.register).toEqual({ enabled: true, policy: "" });
    expect(granted?.user?.find).toEqual({ enabled: false, policy: "" });
  });

  test("controllers/controllers.test.ts 25, 26, 27: roles are told to the signed-in, an unknown one is not found", async () => {
    const { jwt } = await register();
    const { body } = await ask("GET", "users-permissions/roles", jwt);
    expect(body.roles).toContainEqual(expect.objectContaining({ name: "Authenticated", type: "authenticated" }));
    expect((await ask("GET", "users-permissions/roles/1", jwt)).body.role).toMatchObject(AUTHENTICATED);
    expect((await ask("GET", "users-permissions/roles/99", jwt)).status).toBe(404);
    expect((await ask("GET", "users-permissions/roles")).status).toBe(403);
  });
});

describe("the clients", () => {
  test("@strapi/client reads, changes and deletes by its collection of users", async () => {
    const { jwt, id } = await register();
    const users = strapiClient({ baseURL: `${server.url}/api`, auth: jwt }).collection("users");
    expect(await users.find()).toMatchObject([{ id }]);
    expect(await users.findOne(String(id))).toMatchObject({ id });
    const { username } = newcomer();
    expect(await users.update(String(id), { username })).toMatchObject({ id, username });
    await users.delete(String(id));
    expect(await db.user.count({ where: { seq: id } })).toBe(0);
  });

  test("refine's data provider reads and changes", async () => {
    const { jwt, id } = await register();
    const headers = { authorization: `Bearer ${jwt}`, "x-forwarded-for": newIp() };
    const provider = DataProvider(`${server.url}/api`, axios.create({ headers }));
    const filters = [{ field: "id", operator: "eq" as const, value: id }];
    expect(await provider.getList({ resource: "users", filters })).toMatchObject({ data: [{ id }], total: 1 });
    expect(await provider.getMany?.({ resource: "users", ids: [id] })).toMatchObject({ data: [{ id }] });
    expect(await provider.getOne({ resource: "users", id })).toMatchObject({ data: { id } });
    const variables = { username: newcomer().username };
    expect(await provider.update({ resource: "users", id, variables })).toMatchObject({ data: variables });
  });
});

test("a path below /api that is not there, and a method that a path has not, are told in Strapi's words", async () => {
  const unknown = ["api", "api/nope", "api/articles/1", "api/auth/nope", "api/users-permissions", "api/connect"];
  for (const path of unknown)
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"])
      expect(await server.call(method, `/${path}`), `${method} ${path}`).toMatchObject(
        refusal(404, "NotFoundError", "Not Found"),
      );
  const refused = await server.call("POST", "/api/users");
  expect(refused).toMatchObject(refusal(405, "MethodNotAllowedError", "Method Not Allowed"));
  expect(refused.headers.get("allow")).toBe("GET, OPTIONS");
  const own = await Promise.all(["health", "me", "auth/csrf"].map((path) => server.call("GET", `/api/${path}`)));
  expect(own.map(({ status }) => status)).toEqual([200, 401, 200]);
  expect(own[1]?.headers.get("www-authenticate")).toMatch(/^Bearer /);
});
