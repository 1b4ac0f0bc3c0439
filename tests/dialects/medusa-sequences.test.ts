import { beforeAll, test } from "vitest";
import { medusa } from "@/lib/dialects/medusa";
import { env } from "@/lib/env";
import { expectOneTruthOf, mailsOf, type Surface, type Tokens } from "@/tests/support/sequences";
import { storySurface } from "@/tests/support/story-surface";
import { type Answered, surfaceClient } from "@/tests/support/surface-client";

const SITE = "https://app.example.com";
beforeAll(() => void Object.assign(env(), { APP_URL: SITE, TRUSTED_PROXY_HOPS: 1 }));

/** A customer in JWT mode, who exchanges the token for the next one. */
function person(): Surface {
  const send = surfaceClient(medusa, SITE);
  const post = (path: string, body: object, token?: string) => send("POST", `/auth/${path}`, { body, token });
  const refresh = async ({ token }: Tokens) => tokensOf(await post("token/refresh", {}, token));
  return {
    async register(email, password) {
      let token = "";
      const [mail] = await mailsOf(email, async () => {
        token = String((await post("customer/emailpass/register", { email, password })).body.token);
      });
      return mail?.code ? `${token} ${mail.code}` : null;
    },
    async confirm(_, proof) {
      const [token, code] = proof.split(" ");
      const done = await post("verification/confirm", { code }, token);
      return done.ok ? { session: null, ownPassword: true } : null;
    },
    signIn: async (email, password) => tokensOf(await post("customer/emailpass", { email, password })),
    forget: async (email) => void (await post("customer/emailpass/reset-password", { identifier: email })),
    async reset(link, password) {
      const token = link.searchParams.get("token") ?? "";
      return (await post("customer/emailpass/update", { password }, token)).ok ? { session: null } : null;
    },
    refresh,
    isAlive: async (session) => (await refresh(session)) !== null,
  };
}

function tokensOf({ ok, body }: Answered): Tokens | null {
  return ok && body.token && !body.verification_required ? { token: String(body.token), refreshToken: "" } : null;
}

test("whatever two clients and a visitor of our pages do with one address, there is one truth", async () => {
  await expectOneTruthOf(() => [person(), person(), storySurface()], { sequences: 10, longest: 24 });
});
