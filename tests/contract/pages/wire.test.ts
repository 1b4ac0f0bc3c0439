import { readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { DEMO_PASSWORD } from "@/lib/auth/model/demo-accounts";
import { issueVerification } from "@/lib/auth/store/verifications";
import { db } from "@/lib/db";
import type { User } from "@/prisma/client/client";
import { connectFakeResend } from "@/tests/support/fake-resend";
import { comparable, HttpClient } from "@/tests/support/http-client";
import {
  disabledUser,
  other,
  PASSWORD,
  providerUser,
  session,
  storedHash,
  unverifiedUser,
  verifiedUser,
} from "@/tests/support/people";

const { url, resendUrl, settings } = inject("server");
const resend = connectFakeResend(resendUrl);
const visitor = () => new HttpClient(url);
const newAddress = () => `${crypto.randomUUID().slice(0, 13)}@example.com`;

let alice: User;
let bob: User;
let token: string;
beforeAll(async () => {
  [alice, bob] = [await verifiedUser({ name: "Alice Private" }), await verifiedUser({ name: "Bob Private" })];
  token = (await session(alice)).token;
});

/** The ids of all server actions, by the names of their functions. */
function actionIds(): Record<string, string> {
  const manifest = JSON.parse(readFileSync(".next/server/server-reference-manifest.json", "utf8")) as {
    node: Record<string, { exportedName?: string; workers: Record<string, { exportedName?: string }> }>;
  };
  return Object.fromEntries(
    Object.entries(manifest.node).map(([id, { exportedName, workers }]) => [
      exportedName ?? Object.values(workers)[0]?.exportedName ?? id,
      id,
    ]),
  );
}

describe("over a form without JavaScript and over the action", () => {
  test("a wrong password, an unknown address and one without a password get the same answer", async () => {
    const olga = await providerUser();
    const emails = [alice.email, newAddress(), olga.email];
    const forms = [];
    const actions = [];
    for (const email of emails) {
      const fields = { email, password: "not-the-password" };
      forms.push(comparable(await visitor().submit("/login", "Sign in", fields), email));
      actions.push(comparable(await visitor().callAction(actionIds().login ?? "", [fields]), email));
    }
    expect(forms[1]).toEqual(forms[0]);
    expect(forms[2]).toEqual(forms[0]);
    expect(actions[1]).toEqual(actions[0]);
    expect(actions[2]).toEqual(actions[0]);
    expect(JSON.stringify(actions[0])).toContain("Invalid email or password");
  });

  test("registering and forgetting do not tell who has an account", async () => {
    const [ursula, disabled] = [await unverifiedUser(), await disabledUser()];
    const before = await storedHash(alice.id);
    const registered = [];
    for (const email of [newAddress(), alice.email, ursula.email])
      registered.push(
        comparable(
          await visitor().submit("/register", "Create account", { email, password: other(), name: "M" }),
          email,
        ),
      );
    expect(registered[1]).toEqual(registered[0]);
    expect(registered[2]).toEqual(registered[0]);
    expect(await storedHash(alice.id)).toBe(before);

    const forgotten = [];
    const actions = [];
    for (const email of [newAddress(), bob.email, ursula.email, disabled.email]) {
      forgotten.push(comparable(await visitor().submit("/forgot-password", "Send reset link", { email }), email));
      actions.push(comparable(await visitor().callAction(actionIds().forgotPassword ?? "", [{ email }]), email));
    }
    for (const answers of [forgotten, actions]) for (const answer of answers) expect(answer).toEqual(answers[0]);
  });
});

describe("from another site", () => {
  /** Our own rule answers 403. An Origin that is malformed gets 400 before that. */
  const REFUSED = [400, 403];
  const EVIL: Record<string, string>[] = [
    { origin: "https://evil.example" },
    { origin: "https://evil.example", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
    { origin: "https://blog.localhost", "sec-fetch-site": "same-site" },
    { origin: `${url}.evil.example` },
  ];

  test("no form does anything, neither as a form nor as an action", async () => {
    const client = new HttpClient(url, { session: token });
    const rows = async () => [await db.session.count({ where: { userId: alice.id } }), await storedHash(alice.id)];
    const before = await rows();
    for (const headers of EVIL) {
      const login = await visitor().submit("/login", "Sign in", { email: alice.email, password: PASSWORD }, headers);
      expect(REFUSED).toContain(login.status);
      expect(login.headers.getSetCookie()).toEqual([]);
      const fields = { currentPassword: PASSWORD };
      expect(REFUSED).toContain(
        (await client.submit("/account/data?edit=delete", "Delete account", fields, headers)).status,
      );
      expect(REFUSED).toContain(
        (await client.submit("/account?edit=profile", "Save profile", { name: "Mallory" }, headers)).status,
      );
      for (const id of Object.values(actionIds()))
        expect(REFUSED).toContain((await client.callAction(id, [{}], headers, "/account")).status);
    }
    expect(await rows()).toEqual(before);
    expect(await db.user.findUnique({ where: { id: alice.id } })).toMatchObject({ name: "Alice Private" });
  });

  test("our own origin counts in any case of letters", async () => {
    const fields = { email: alice.email, password: "not-the-password" };
    const answer = await visitor().submit("/login", "Sign in", fields, { origin: url.toUpperCase() });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain("Invalid email or password");
  });
});

describe("people stay signed in", () => {
  test("whatever address is looked at", async () => {
    const client = new HttpClient(url, { session: token });
    for (const path of ["/logout", "/api/auth/signout", "/api/auth/signout?callbackUrl=/", "/login?_method=DELETE"])
      for (const method of ["GET", "HEAD"])
        await client.ask(path, { method, headers: { "x-http-method-override": "POST" } });
    expect((await client.ask("/api/me")).status).toBe(200);
  });

  test("unless the token comes that Auth.js asks for", async () => {
    const client = new HttpClient(url, { session: token });
    const stranger = JSON.parse((await visitor().ask("/api/auth/csrf")).text) as { csrfToken: string };
    for (const body of ["", "csrfToken=", `csrfToken=${stranger.csrfToken}`, "csrfToken=a&csrfToken=b"])
      await client.ask("/api/auth/signout", {
        method: "POST",
        body,
        headers: { "content-type": "application/x-www-form-urlencoded" },
      });
    expect((await client.ask("/api/me")).status).toBe(200);
  });
});

describe("a page that is refused", () => {
  const REFUSED = [
    ["/there/is/no/such/page", 404, "Page not found"],
    ["/account/there/is/no/such/page", 404, "Page not found"],
    ["/admin", 403, "No access to this page"],
  ] as const;
  /** What a browser without JavaScript shows. */
  const shown = (html: string) => html.replace(/<script[\s\S]*?<\/script>/g, "");

  test("says so to the signed-in in the frame of their pages, with its status and without JavaScript", async () => {
    const client = new HttpClient(url, { session: token });
    for (const [path, status, title] of REFUSED) {
      const answer = await client.get(path);
      expect(answer.status, path).toBe(status);
      expect(answer.headers.get("cache-control"), path).toContain("no-store");
      for (const words of [title, "Alice Private", 'href="/dashboard"', "Sign out"])
        expect(shown(answer.text), path).toContain(words);
      const head = await client.ask(path, { method: "HEAD", headers: { accept: "text/html" } });
      expect([head.status, head.text], path).toEqual([status, ""]);
    }
  });

  test("says to everyone else that it is not there, or where to sign in", async () => {
    for (const client of [visitor(), new HttpClient(url, { session: "A".repeat(43) })]) {
      const missing = await client.get("/there/is/no/such/page");
      expect(missing.status).toBe(404);
      expect(shown(missing.text)).toContain("Page not found");
      expect(shown(missing.text)).not.toContain("Sign out");
      for (const path of ["/account", "/account/there/is/no/such/page"])
        expect((await client.get(path)).location, path).toBe(`/login?${new URLSearchParams({ to: path })}`);
    }
  });
});

test("a site without providers offers no place to connect an account of theirs", async () => {
  const { text } = await new HttpClient(url, { session: token }).get("/account/security");
  expect(text).toContain(">Password</h3>");
  expect(text).not.toContain("Connected accounts");
});

test("what a signed-in browser can ask of itself has the documented fields and no more", async () => {
  const client = new HttpClient(url, { session: token });
  const me = JSON.parse((await client.ask("/api/me")).text) as object;
  expect(Object.keys(me).sort()).toEqual(["avatar", "email", "id", "name", "roles"]);
  const auth = JSON.parse((await client.ask("/api/auth/session")).text) as { user: object };
  expect(Object.keys(auth).sort()).toEqual(["expires", "user"]);
  expect(Object.keys(auth.user).sort()).toEqual(["email", "image", "name", "roles"]);
  expect((await visitor().ask("/api/me")).status).toBe(401);
});

describe("every server action", () => {
  test("called by a stranger does nothing and tells nothing", async () => {
    const ids = { in: [alice.id, bob.id] };
    const rows = async () => [
      await db.user.findMany({ where: { id: ids } }),
      await db.session.count({ where: { userId: ids } }),
    ];
    const before = await rows();
    const form = {
      userId: bob.id,
      sessionId: crypto.randomUUID(),
      disabled: "true",
      name: "M",
      currentPassword: PASSWORD,
    };
    for (const [name, id] of Object.entries(actionIds())) {
      for (const args of [[], [null], [{ status: "idle" }, "$K1"], [form], [{}, {}, {}, bob.id]]) {
        const { status, text } = await visitor().callAction(id, args);
        expect(status, name).toBeLessThan(500 + Number(JSON.stringify(args).includes("$K1")));
        expect(text, name).not.toMatch(/Private|hs384|passwordHash|tokenHash/);
      }
    }
    expect(await rows()).toEqual(before);
  });

  test("answers to the session, not to ids it is sent", async () => {
    const theirs = (await session(bob)).principal.sessionId;
    const client = new HttpClient(url, { session: token });
    await session(alice);
    const fields = { sessionId: theirs, userId: bob.id, role: "admin" };
    const revoked = await client.submit("/account/devices", "sessionId", fields);
    expect(revoked.status).toBeLessThan(500);
    await client.submit("/account?edit=profile", "Save profile", { ...fields, name: "Alice Private" });
    for (const name of ["setUserDisabledAction", "revokeUserSessionsAction"])
      await client.callAction(
        actionIds()[name] ?? "",
        [{ status: "idle" }, { ...fields, disabled: "true" }],
        {},
        "/account",
      );
    expect(await db.session.count({ where: { id: theirs } })).toBe(1);
    expect(await db.user.findUnique({ where: { id: bob.id } })).toMatchObject({ role: "user", disabledAt: null });
    expect(await db.user.findUnique({ where: { id: alice.id } })).toMatchObject({ role: "user" });
  });

  test("survives bodies that are no arguments, and shows no source", async () => {
    const id = actionIds().login ?? "";
    const bodies = [
      "[",
      '["$F1"]',
      '[{"email":"$F1","password":"$F2"}]',
      '["$1"]',
      '["$Q1","$W2","$i3","$K4","$h5"]',
      `["${"$1".repeat(50_000)}"]`,
      `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
      '[{"__proto__":{"email":"x"},"constructor":{"prototype":{}}}]',
      "[NaN]",
      "null",
      "",
    ];
    const answers = await Promise.all(bodies.map((body) => visitor().callAction(id, body)));
    for (const { text } of answers) expect(text).not.toMatch(/function|=>|passwordHash|node_modules/);
    const parts = new FormData();
    for (let part = 0; part < 5_000; part++) parts.append(`${part}`, '"$1"');
    await visitor().ask("/login", { method: "POST", body: parts, headers: { "next-action": id, origin: url } });
    expect((await visitor().ask("/api/health")).status).toBe(200);
  });
});

/** Asks for a path byte for byte, because URL parsers would change it. */
function rawStatus(path: string, method = "GET"): Promise<{ status: number; body: string }> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    const ask = request({ port, path, method, headers: { origin: url } }, (answer) => {
      let body = "";
      answer.on("data", (chunk) => (body += chunk));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body }));
    });
    ask.on("error", reject);
    ask.end();
  });
}

describe("a protected page shows nothing to a stranger", () => {
  test.each([
    ..."/%64ashboard /dashboard/ /dashboard// //dashboard /./dashboard /x/../dashboard /dashboard%2f".split(" "),
    ..."/dashboard%5c /dashboard%20 /dashboard;a=b /DASHBOARD /Dashboard /dashboard? /dashboard/index".split(" "),
    ..."/en/dashboard /dashboard%23 /dashboard%E2%80%8B /_next/data/x/dashboard.json /dashboard.rsc /dashboard.txt".split(
      " ",
    ),
  ])("at %s", async (path) => {
    const { status, body } = await rawStatus(path);
    expect(status).toBeLessThan(500);
    expect(body).not.toContain("Who you are");
  });

  test("by any method, or as React's data", async () => {
    for (const method of ["HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"]) {
      const { status, body } = await rawStatus("/account", method);
      expect(status, method).toBeLessThan(500);
      expect(body, method).not.toContain("Delete account");
    }
    const asData: Record<string, string>[] = [{ rsc: "1" }, { rsc: "1", "next-router-prefetch": "1" }];
    for (const headers of asData) {
      const { text } = await visitor().ask("/account?_rsc=1", { headers: headers });
      expect(text).not.toMatch(/Delete account|Private/);
      const asUser = await new HttpClient(url, { session: token }).ask("/admin?_rsc=1", {
        headers: headers as Record<string, string>,
      });
      expect(asUser.text).not.toContain(bob.email);
    }
  });
});

describe("links in mails start with APP_URL, whatever a request says its host is", () => {
  const hostile = {
    ...{ "x-forwarded-host": "evil.example", forwarded: "host=evil.example", "x-original-url": "http://evil.example/" },
    ...{ referer: "https://evil.example/", "x-forwarded-proto": "gopher" },
  };
  const unasked = { redirectTo: "//evil.example", callbackUrl: "https://evil.example", to: "//evil.example" };

  async function expectOwnLinks(address: string): Promise<void> {
    const mail = await resend.waitForMail(address);
    expect(mail.html + mail.text).not.toContain("evil");
    expect(mail.links.length).toBeGreaterThan(0);
    for (const link of mail.links) expect(link.startsWith(`${settings.APP_URL}/`)).toBe(true);
  }

  test("to set a new password", async () => {
    const { email } = await verifiedUser();
    await visitor().submit("/forgot-password", "Send reset link", { ...unasked, email }, hostile);
    await expectOwnLinks(email);
  });

  test("to finish registering", async () => {
    const email = newAddress();
    await visitor().submit("/register", "Create account", { ...unasked, email, password: PASSWORD }, hostile);
    await expectOwnLinks(email);
  });

  test("to change the address", async () => {
    const [owner, email] = [await verifiedUser(), newAddress()];
    const client = new HttpClient(url, { session: (await session(owner)).token });
    await client.submit(
      "/account?edit=email",
      "Change email",
      { ...unasked, email, currentPassword: PASSWORD },
      hostile,
    );
    await expectOwnLinks(email);
  });
});

describe("bad input", () => {
  test("a password of 10 KB or 90 KB is refused before it is hashed", async () => {
    for (const length of [10_000, 90_000]) {
      const fields = { email: alice.email, password: "x".repeat(length) };
      const { status, text } = await visitor().submit("/login", "Sign in", fields);
      expect([200, 413]).toContain(status);
      expect(text).not.toContain("x".repeat(1_000));
    }
  });

  test("a link that is malformed says what to do next, and is no fault of ours", async () => {
    const { id, email } = await verifiedUser();
    const { token } = await issueVerification({ purpose: "reset", userId: id, email });
    const malformed = [
      "",
      "?token=",
      "?token=x",
      `?token=${token}x`,
      `?token=${token.slice(1)}`,
      `?token=${token.toUpperCase()}`,
      `?token=${token}%0A`,
      `?token=${token}&token=${token}`,
      `?token=${"a".repeat(5_000)}`,
      "?token=%00",
    ];
    for (const query of malformed)
      for (const path of ["/reset-password", "/verify-email"]) {
        const { status, text } = await visitor().get(`${path}${query}`);
        expect(status, `${path}${query.slice(0, 80)}`).toBeLessThan(500);
        expect(text).toMatch(/no longer works|nothing to confirm|malformed/);
      }
    expect((await visitor().get(`/reset-password?token=${token}`)).text).toContain("Set a new password");
  });

  test("unexpected bodies and types are refused calmly", async () => {
    const bodies = ["", "null", "[]", '"x"', "{", '{"a":1,}', "NaN", '{"email":"a","email":"b"}'];
    const types = ["application/xml", "text/html", "multipart/form-data", "application/json", ""];
    for (const path of ["/login", "/api/auth/signout", "/api/me", "/api/health", "/api/auth/session"])
      for (const type of types)
        for (const body of bodies) {
          const headers = { origin: url, ...(type && { "content-type": type }) };
          const { status, text } = await visitor().ask(path, { method: "POST", body, headers });
          expect(status, `${path} ${type} ${body}`).toBeLessThan(500);
          expect(text).not.toMatch(/node_modules|prisma|at .+\(.+:\d+:\d+\)|SQLITE/i);
        }
  });
});

test("the icon is there under the name that is asked for without reading a page", async () => {
  const [icon, asked] = [await visitor().get("/icon.svg"), await visitor().get("/favicon.ico")];
  expect([asked.status, asked.headers.get("content-type"), asked.text]).toEqual([200, "image/svg+xml", icon.text]);
});

test("phones, search engines and those who show a link to us are told what they ask for", async () => {
  const paths = ["/manifest.webmanifest", "/robots.txt", "/icon.png", "/og.png"];
  const answers = await Promise.all(paths.map((path) => visitor().get(path)));
  expect(answers.map(({ status, headers }) => `${status} ${headers.get("content-type")?.split(";")[0]}`)).toEqual([
    "200 application/manifest+json",
    "200 text/plain",
    "200 image/png",
    "200 image/png",
  ]);
  const contact = await visitor().get("/.well-known/security.txt");
  expect(contact.text).toMatch(/^Contact: mailto:security@example\.com\nExpires: 20.+Z\nCanonical: .+security\.txt\n$/);
});

test("what browsers are given holds none of our secrets, and no source map", () => {
  const secrets = [
    settings.AUTH_SECRET,
    settings.RESEND_API_KEY,
    settings.DATABASE_URL,
    "BEGIN PRIVATE",
    "6c617463686b6579",
  ];
  const files = readdirSync(".next/static", { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(5);
  for (const { parentPath, name } of files) {
    expect(name).not.toMatch(/\.map$/);
    const text = readFileSync(join(parentPath, name), "latin1");
    for (const secret of secrets) expect(text.includes(secret ?? "none"), `${name}: ${secret}`).toBe(false);
  }
});

test("there is no account to begin with, and no listing of them", async () => {
  for (const [email, password] of [
    ["admin@example.com", DEMO_PASSWORD],
    ["user@example.com", DEMO_PASSWORD],
    ["admin@example.com", "password"],
  ] as const)
    expect((await visitor().submit("/login", "Sign in", { email, password })).headers.get("location")).toBeNull();
  for (const path of [
    "/api/users",
    `/api/users/${alice.id}`,
    `/api/v1/users?email=${alice.email}`,
    "/api/seed",
    "/dev/mailbox",
    "/dev/openapi",
  ]) {
    const { status, text } = await visitor().ask(path);
    expect([401, 403, 404], path).toContain(status);
    expect(text).not.toContain("Private");
  }
});
