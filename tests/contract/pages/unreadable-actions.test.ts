import { readFileSync } from "node:fs";
import { describe, expect, inject, test } from "vitest";
import { HttpClient } from "@/tests/support/http-client";
import { PASSWORD, session, verifiedUser } from "@/tests/support/people";
import { startServer } from "@/tests/support/server";

const { url } = inject("server");

const manifest = JSON.parse(readFileSync(".next/server/server-reference-manifest.json", "utf8")) as {
  node: Record<string, unknown>;
};
const IDS = Object.keys(manifest.node);

const part = (name: string, value: string) =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const FORM = "multipart/form-data; boundary=b";
const UNREADABLE: [type: string, body: string][] = [
  ...["", "[", "x", '["$F1"]', '["$1"]', "[-]", "x".repeat(90_000)].map((body): [string, string] => [
    "text/plain;charset=UTF-8",
    body,
  ]),
  [FORM, `${part("0", "[")}--b--\r\n`],
  [FORM, `${part("$ACTION_ID_garbage", "")}--b--\r\n`],
  [FORM, `${part("$ACTION_REF_1", "")}${part("$ACTION_1:0", '{"id":')}--b--\r\n`],
  [FORM, part("0", "[]").slice(0, 40)],
  [FORM, ""],
  ["multipart/form-data", "x"],
];

const PAGES = ["/login", "/account", "/dashboard", "/callback/google"];

/**
 * What is sent to a page. The body decides whether it can be read, the page and the action together who reads it. So every
 * action gets every body, on one page of four, and on every page both text and forms.
 */
function sentTo(page: number): { id: string; type: string; body: string }[] {
  return IDS.flatMap((id, nth) =>
    UNREADABLE.filter((_, n) => (nth + n) % PAGES.length === page).map(([type, body]) => ({ id, type, body })),
  );
}

describe("a call of an action with a body that cannot be read", () => {
  test.each(PAGES.map((path, page) => [path, sentTo(page)] as const))(
    "at %s is answered in one line that says so, whichever action it names, and does nothing",
    async (path, sent) => {
      const user = await verifiedUser();
      const { token } = await session(user);
      expect(sent.length).toBeGreaterThan(3 * IDS.length);
      for (const { id, type, body } of sent) {
        const client = new HttpClient(url, { session: token });
        const { status, text } = await client.callAction(id, body, { "content-type": type }, path);
        // Next forwards an action to a page that has it, and hides that page's refusal.
        const passedOn = status === 200 && text === "{}";
        expect(passedOn ? 400 : status, `${type} ${body.slice(0, 60)} ${id}`).toBe(400);
        expect(text).not.toMatch(/digest|stack|node_modules/);
      }
      expect((await new HttpClient(url, { session: token }).ask("/api/me")).status).toBe(200);
    },
  );

  test("costs the log a line, and no stack", async () => {
    const own = await startServer();
    try {
      await new HttpClient(own.url).callAction(IDS[0] ?? "", "[");
      await new HttpClient(own.url).callAction(`60${"a".repeat(40)}`, "[]");
      expect(own.output()).toContain("an action could not be read");
      expect(own.output()).not.toMatch(/^\s+at |"level":"(error|fatal)"/m);
    } finally {
      await own.stop();
    }
  });
});

describe("an action that does not exist", () => {
  test.each(["garbage", "", "toString", "__proto__", "60", "Z".repeat(42), "a".repeat(5_000), "%00", '"', "é"])(
    "is refused before Next is asked: %j",
    async (id) => {
      for (const body of ["[]", new FormData(), "x".repeat(90_000)]) {
        const headers = { "next-action": id, origin: url };
        const { status, text } = await new HttpClient(url).ask("/login", { method: "POST", body, headers });
        expect([status, text]).toEqual([400, "The Next-Action header names no action of this site.\n"]);
      }
    },
  );

  test("but could be an older version's is answered so that the page loads itself anew", async () => {
    for (const body of ["[]", "x".repeat(90_000)]) {
      const { status, headers } = await new HttpClient(url).callAction(`60${"a".repeat(40)}`, body);
      expect([status, headers.get("x-nextjs-action-not-found")]).toEqual([409, "1"]);
    }
  });

  test("named by a form without JavaScript is no fault of ours either", async () => {
    for (const id of ["garbage", "toString", `60${"a".repeat(40)}`]) {
      const form = new FormData();
      form.append(`$ACTION_ID_${id}`, "");
      const { status } = await new HttpClient(url).ask("/login", {
        method: "POST",
        body: form,
        headers: { origin: url },
      });
      expect([400, 409]).toContain(status);
    }
  });
});

test("a form without JavaScript that arrives in part is no fault of ours, whatever part is missing", async () => {
  const whole = Object.entries(await new HttpClient(url).form("/login", "Sign in"));
  const statuses: number[] = [];
  for (const [missing] of whole) {
    const client = new HttpClient(url);
    const rest = Object.fromEntries(whole.filter(([name]) => name !== missing));
    statuses.push((await client.post("/login", rest, { email: "a@example.com", password: PASSWORD })).status);
  }
  expect(statuses.length).toBeGreaterThan(2);
  for (const status of statuses) expect(status).toBeLessThan(500);
  expect(statuses).toContain(400);
});

test("a readable call at the same pages goes on as ever", async () => {
  const user = await verifiedUser();
  const fields = { email: user.email, password: PASSWORD };
  const login = await new HttpClient(url).submit("/login", "Sign in", fields);
  expect(login.location).toBe("/dashboard");
});

describe("programs", () => {
  test.each(["/api/nowhere", "/api/v1/users", "/.well-known/nothing"])(
    "are told in JSON that %s is nothing",
    async (path) => {
      const { status, headers, text } = await new HttpClient(url).ask(path);
      expect([status, headers.get("content-type")]).toEqual([404, "application/json"]);
      // Below /api the words are Strapi's, if that dialect exists.
      expect(JSON.stringify(JSON.parse(text))).toMatch(/not.?found/i);
      expect((await new HttpClient(url).ask(path, { method: "HEAD" })).status).toBe(404);
    },
  );

  test("are told in JSON that a method is not taken", async () => {
    for (const method of ["POST", "PUT", "DELETE"]) {
      const { status, text } = await new HttpClient(url).ask("/api/health", { method });
      expect([status, JSON.parse(text)]).toMatchObject([405, { error: "method_not_allowed" }]);
    }
  });

  test("and people get a page", async () => {
    const { status, headers } = await new HttpClient(url).ask("/nowhere");
    expect([status, headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
  });
});
