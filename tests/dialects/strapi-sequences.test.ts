import { randomUUID } from "node:crypto";
import { beforeAll, test } from "vitest";
import { strapiApi } from "@/lib/dialects/strapi";
import { SETTINGS } from "@/lib/dialects/strapi/settings";
import { env } from "@/lib/env";
import { pressedAt } from "@/tests/support/press-button";
import { expectOneTruthOf, mailsOf, type Surface, type Tokens } from "@/tests/support/sequences";
import { storySurface } from "@/tests/support/story-surface";
import { type Answered, surfaceClient } from "@/tests/support/surface-client";

const SITE = "https://app.example.com";
const api = strapiApi({ ...SETTINGS, callsPerMinute: 1_000, jwtManagement: "refresh" });
beforeAll(() => void Object.assign(env(), { APP_URL: SITE, TRUSTED_PROXY_HOPS: 1 }));

function person(): Surface {
  const send = surfaceClient(api, SITE);
  const post = (path: string, body: object, token?: string) => send("POST", `/api/auth/${path}`, { body, token });
  return {
    async register(email, password) {
      const username = `user-${randomUUID().slice(0, 8)}`;
      const [mail] = await mailsOf(email, () => post("local/register", { username, email, password }));
      return mail?.url?.includes("confirmation=") ? mail.url : null;
    },
    async confirm(_, url) {
      const page = (await send("GET", url)).location;
      if (!page) return null;
      const pressed = await send("GET", pressedAt(page));
      return pressed.location ? { session: null, ownPassword: true } : null;
    },
    signIn: async (identifier, password) => tokensOf(await post("local", { identifier, password })),
    forget: async (email) => void (await post("forgot-password", { email })),
    async reset(link, password) {
      const code = link.searchParams.get("code");
      const session = tokensOf(await post("reset-password", { code, password, passwordConfirmation: password }));
      return session && { session };
    },
    async changePassword(session, currentPassword, password) {
      const body = { currentPassword, password, passwordConfirmation: password };
      const tokens = tokensOf(await post("change-password", body, session.token));
      // The session goes on, with new tokens in place of the former.
      return tokens && Object.assign(session, tokens);
    },
    signOutEverywhere: async ({ token }) => (await post("logout", { scope: "all" }, token)).ok,
    async refresh({ refreshToken }) {
      return tokensOf(await post("refresh", { refreshToken }));
    },
    isAlive: async ({ token }) => (await send("GET", "/api/users/me", { token })).ok,
  };
}

function tokensOf({ ok, body }: Answered): Tokens | null {
  return ok && body.jwt ? { token: String(body.jwt), refreshToken: String(body.refreshToken) } : null;
}

test("whatever two clients and a visitor of our pages do with one address, there is one truth", async () => {
  await expectOneTruthOf(() => [person(), person(), storySurface()], { sequences: 10, longest: 24 });
});
