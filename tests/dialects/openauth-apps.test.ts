import { describe, expect, test } from "vitest";
import { issueVerification } from "@/lib/auth/store/verifications";
import { openauth } from "@/lib/dialects/openauth";
import { appOf, authorizationCookie } from "@/lib/dialects/openauth/authorization";
import { openauth as config } from "@/lib/dialects/openauth/config";
import { client, session, verifiedUser, withEnv } from "@/tests/support/people";
import { refusalsIn } from "@/tests/support/refusals";

const SITE = "https://app.example.com";
const SHOP = "https://shop.example.com/callback";
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const ask = (query: Record<string, string>) => {
  const good = { client_id: "web", redirect_uri: SHOP, response_type: "code", state: "s" };
  const pkce = { code_challenge: CHALLENGE, code_challenge_method: "S256" };
  const url = `${SITE}/openauth/authorize?${new URLSearchParams({ ...good, ...pkce, ...query })}`;
  return withEnv({ API_REDIRECT_URLS: [SHOP] }, () => openauth.GET(new Request(url)));
};

describe("an app", () => {
  test("has people sent back to its address as it is listed, and to nothing like it", async () => {
    expect((await ask({})).status).toBe(302);
    for (const redirect_uri of [`${SHOP}?next=1`, `${SHOP}?`, `${SHOP}/`, SHOP.toUpperCase(), `${SITE}/`, "x"]) {
      const answer = await ask({ redirect_uri });
      expect([answer.status, answer.headers.get("location")], redirect_uri).toEqual([400, null]);
    }
  });

  test("gets its state back, and an error before any cookie for one that no cookie can hold", async () => {
    expect((await ask({ state: "s".repeat(1_900) })).status).toBe(302);
    for (const state of ["s".repeat(7_000), "\0".repeat(500), "√".repeat(900)]) {
      const answer = await ask({ state });
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([400, []]);
    }
  });

  test("is named on the pages that lead to it, and on no page that a person opens alone", async () => {
    const [cookie = ""] = (await ask({})).headers.getSetCookie();
    const flow = { client: client(), session: {}, success: async () => new Response() };
    for (const step of ["authorize", "register"] as const) {
      const request = (headers: HeadersInit) => new Request(`${SITE}/password/${step}`, { headers });
      const html = async (headers: HeadersInit) =>
        (await config.password?.handle(step, request(headers), null, flow))?.text();
      expect(await html({ cookie: cookie.split(";")[0] ?? "" })).toContain("You will continue to the web app.");
      expect(await html({})).not.toContain("You will continue");
    }
  });

  test("that is listed no more is not named", async () => {
    const gone = { clientId: "gone", redirectUri: SHOP, state: null, challenge: null };
    const [cookie = ""] = authorizationCookie.write(new Response(), gone).headers.getSetCookie();
    expect(appOf(new Request(SITE, { headers: { cookie: cookie.split(";")[0] ?? "" } }))).toBeNull();
  });
});

test("a code that was asked for without PKCE is refused to a client that comes with a verifier", async () => {
  const user = await verifiedUser();
  const { principal } = await session(user);
  const absoluteExpires = new Date(Date.now() + 86_400_000).toISOString();
  const exchange = async (more: Record<string, string>) => {
    const payload = { clientId: "web", redirectUri: SHOP, state: null, challenge: null };
    const { sessionId, userId } = principal;
    const { token: code } = await issueVerification({
      purpose: "grant-code",
      payload: { ...payload, sessionId, userId, absoluteExpires },
    });
    const fields = { grant_type: "authorization_code", redirect_uri: SHOP, client_id: "web", code, ...more };
    return openauth.POST(new Request(`${SITE}/openauth/token`, { method: "POST", body: new URLSearchParams(fields) }));
  };
  expect((await exchange({})).status).toBe(200);
  const wrong = () => exchange({ code_verifier: "v".repeat(43) });
  const refused = await wrong();
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ error: "invalid_grant" });
  expect(await refusalsIn(wrong)).toEqual(["invalid_input"]);
});
