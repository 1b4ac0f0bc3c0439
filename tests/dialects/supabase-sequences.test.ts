import { beforeAll, test } from "vitest";
import { listRegistrations } from "@/lib/auth/store/registrations";
import { supabase } from "@/lib/dialects/supabase";
import { env } from "@/lib/env";
import { expectOneTruthOf, mailsOf, type Surface, type Tokens } from "@/tests/support/sequences";
import { storySurface } from "@/tests/support/story-surface";
import { type Answered, surfaceClient } from "@/tests/support/surface-client";
import { SITE } from "./supabase-client";

beforeAll(() => void Object.assign(env(), { APP_URL: SITE, TRUSTED_PROXY_HOPS: 1 }));

function person(): Surface {
  const send = surfaceClient(supabase, SITE);
  const post = (path: string, body: object, token?: string) => send("POST", `/auth/v1/${path}`, { body, token });
  return {
    async register(email, password) {
      const [mail] = await mailsOf(email, () => post("signup", { email, password }));
      return mail?.code ?? null;
    },
    async confirm(email, token) {
      // The code names no registration: if there are several, the password may be a stranger's.
      const ownPassword = (await listRegistrations(email)).length === 1;
      const session = tokensOf(await post("verify", { type: "signup", email, token }));
      return session && { session, ownPassword };
    },
    signIn: async (email, password) => tokensOf(await post("token?grant_type=password", { email, password })),
    forget: async (email) => void (await post("recover", { email })),
    async reset(link, password) {
      const token_hash = link.searchParams.get("token");
      const session = tokensOf(await post("verify", { type: "recovery", token_hash }));
      if (!session) return null;
      return (await send("PUT", "/auth/v1/user", { token: session.token, body: { password } })).ok ? { session } : null;
    },
    async changePassword(session, current_password, password) {
      const body = { password, current_password };
      return (await send("PUT", "/auth/v1/user", { token: session.token, body })).ok ? session : null;
    },
    signOutEverywhere: async ({ token }) => (await post("logout?scope=global", {}, token)).ok,
    refresh: async ({ refreshToken }) =>
      tokensOf(await post("token?grant_type=refresh_token", { refresh_token: refreshToken })),
    isAlive: async ({ token }) => (await send("GET", "/auth/v1/user", { token })).ok,
  };
}

function tokensOf({ ok, body }: Answered): Tokens | null {
  return ok ? { token: String(body.access_token), refreshToken: String(body.refresh_token) } : null;
}

test("whatever two clients and a visitor of our pages do with one address, there is one truth", async () => {
  await expectOneTruthOf(() => [person(), person(), storySurface()], { sequences: 10, longest: 24 });
});
