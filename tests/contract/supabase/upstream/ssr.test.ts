import { createServerClient } from "@supabase/ssr";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ApiServer, SHOP_CALLBACK } from "@/tests/support/api-server";
import { newIp } from "@/tests/support/http-client";
import { verifiedUser } from "@/tests/support/people";
import { pressedAt } from "@/tests/support/press-button";
import { AGO, newEmail, signedUp, startUpstreamServer } from "./upstream-client";

// The cases of supabase/ssr whose server the original fakes, by the file and the line where each begins.

// supabase-js looks for WebSocket when a client is made, and Node 20 has none.
if (!("WebSocket" in globalThis)) Object.assign(globalThis, { WebSocket: class {} });

let server: ApiServer;
beforeAll(async () => {
  server = await startUpstreamServer();
});
afterAll(async () => void (await server?.stop()));

/** A browser's cookies, and `request`, by which the app's server makes a client with them for each request. */
function browser(cookieName?: string) {
  const cookies = new Map<string, string>();
  const written: string[][] = [];
  const asked: string[] = [];
  const request = () =>
    createServerClient(server.url, "any-publishable-key", {
      ...(cookieName && { cookieOptions: { name: cookieName } }),
      cookies: {
        getAll: () => [...cookies].map(([name, value]) => ({ name, value })),
        setAll(changes) {
          written.push(changes.map(({ name }) => name));
          for (const { name, value } of changes) value ? cookies.set(name, value) : cookies.delete(name);
        },
      },
      global: {
        headers: { "x-forwarded-for": newIp() },
        fetch(input, init) {
          asked.push(new URL(String(input)).pathname);
          return fetch(input, init);
        },
      },
    }).auth;
  const forget = () => {
    written.length = 0;
    asked.length = 0;
  };
  return { cookies, written, asked, request, forget };
}

/** A browser with the session of a person who has just signed up. */
async function signedIn(cookieName?: string, more = {}) {
  const [held, { session }] = [browser(cookieName), await signedUp(server)];
  const kept = JSON.stringify({ ...session, ...more });
  const name = cookieName ?? `sb-${new URL(server.url).hostname.split(".")[0]}-auth-token`;
  held.cookies.set(name, `base64-${Buffer.from(kept).toString("base64url")}`);
  return { ...held, session };
}

const USER = "/auth/v1/user";
const TOKEN = "/auth/v1/token";

describe.each([undefined, "custom-storage-key"])("a cookie by the name of %s", (cookieName) => {
  describe("ssr/createServerClient.spec.ts", () => {
    test("44: the verifier is kept in cookies, and no server asked", async () => {
      const { request, asked, cookies } = browser(cookieName);
      const options = { skipBrowserRedirect: true };
      const { data, error } = await request().signInWithOAuth({ provider: "google", options });
      expect([error, asked]).toEqual([null, []]);
      expect([...cookies.keys()].some((name) => name.endsWith("-code-verifier"))).toBe(true);
      expect(new URL(data.url ?? "").searchParams.get("code_challenge")).toMatch(/^[\w-]{43}$/);
    });

    test("109: another request of the browser exchanges the code for a session in cookies", async () => {
      const [{ email, id }, { request, written, forget }] = [
        await verifiedUser({ email: newEmail() }),
        browser(cookieName),
      ];
      await request().resetPasswordForEmail(email, { redirectTo: SHOP_CALLBACK });
      const mail = await server.mail.waitForMail(email, { subject: /reset/i });
      const opened = await fetch(mail.links.find((href) => href.includes("token=")) ?? "", { redirect: "manual" });
      const led = await fetch(pressedAt(opened.headers.get("location")), { redirect: "manual" });
      forget();
      const code = new URL(led.headers.get("location") ?? "").searchParams.get("code") ?? "";
      const { data, error } = await request().exchangeCodeForSession(code);
      expect([error, data.user?.id, written.length]).toEqual([null, id, 1]);
      expect((await request().getUser()).data.user?.id).toBe(id);
    });

    test("194: a session that has expired is refreshed on the way to its user", async () => {
      const { request, session, written, asked } = await signedIn(cookieName, { expires_at: AGO(), expires_in: 0 });
      const { data, error } = await request().getUser();
      expect([error, data.user?.id, asked]).toEqual([null, session.user.id, [TOKEN, USER]]);
      expect(written).toHaveLength(1);
    });

    test("308: one that has not is left alone", async () => {
      const { request, session, written, asked } = await signedIn(cookieName);
      expect((await request().getUser()).data.user?.id).toBe(session.user.id);
      expect([written, asked]).toEqual([[], [USER]]);
    });

    test("392: a session is read from its cookie", async () => {
      const { request, session, written, asked } = await signedIn(cookieName);
      const { data, error } = await request().getSession();
      expect([error, data.session?.access_token]).toEqual([null, session.access_token]);
      expect([written, asked]).toEqual([[], []]);
    });

    test("447: and its user from the server, which knows whether it has ended", async () => {
      const { request, session, asked } = await signedIn(cookieName);
      expect((await request().getSession()).data.session?.user.id).toBe(session.user.id);
      expect(asked).toEqual([]);
      expect((await request().getUser()).data.user?.id).toBe(session.user.id);
      expect(asked).toEqual([USER]);
    });

    test("521: an expired session is refreshed when it is read", async () => {
      const { request, session, written, asked } = await signedIn(cookieName, { expires_at: AGO(), expires_in: 0 });
      const { data, error } = await request().getSession();
      expect([error, asked, written.length]).toEqual([null, [TOKEN], 1]);
      expect(data.session?.refresh_token).not.toBe(session.refresh_token);
      expect((await request().getUser()).error).toBeNull();
    });
  });
});
