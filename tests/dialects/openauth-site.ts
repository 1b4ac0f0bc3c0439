import { startDemoProvider } from "@/lib/cli/demo-provider.mjs";
import { openauthRoutes, openauthScreens } from "@/lib/dialects/openauth";
import type { Issuer } from "@/lib/dialects/openauth/issuer";
import { apiBrowser, askApi } from "@/tests/support/ask-api";

/** The site has no TLS, so that it may also ask a provider on this machine without TLS. */
export const SITE = "http://localhost:3000";
/** The address at which people come back to the app `web`. */
export const SHOP = "https://shop.example.com/callback";
const PKCE = { code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" };
const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

type Provider = Awaited<ReturnType<typeof startDemoProvider>>;

/** A browser, and an app that sends its people to this issuer. */
export function site(config: Issuer, origin = SITE) {
  const [routes, screens] = [openauthRoutes(config), openauthScreens(async (_, to) => to, config)];
  const { jar, visit } = apiBrowser(origin);
  const go = (path: string, form?: Record<string, string>) =>
    visit(path.startsWith("/password") ? screens : routes, path.replace(origin, ""), form);
  const begin = (query: Record<string, string> = {}) => {
    const asked = { client_id: "web", redirect_uri: SHOP, response_type: "code", state: "s", ...PKCE, ...query };
    return go(`/openauth/authorize?${new URLSearchParams(asked)}`);
  };
  /** Goes to the provider. @returns the provider's address, with the app's question */
  const leave = async (provider: string, state = "s") => {
    const begun = await begin({ provider, state });
    return (await go(begun.location ?? "")).location ?? "";
  };
  /** Goes to the provider, and comes back as this person. @returns our answer */
  const comeBack = async (provider: string, who: Who, state?: string) => {
    const answer = await agree(await leave(provider, state), who);
    return go(answer.path, answer.form);
  };
  const token = (form: Record<string, string>) => askApi(routes, `${origin}/openauth/token`, { form });
  const exchange = (location: string | null) => {
    const code = new URL(location ?? "").searchParams.get("code") ?? "";
    const fields = { redirect_uri: SHOP, client_id: "web", code_verifier: VERIFIER };
    return token({ grant_type: "authorization_code", code, ...fields });
  };
  return { jar, go, begin, leave, comeBack, token, exchange, routes };
}

/** The query of an address. */
export const parametersOf = (location: string | null) => Object.fromEntries(new URL(location ?? "").searchParams);

/** The person to be at the provider. */
type Who = { email: string; confirmed?: boolean };

/** The provider's answer: the address that the browser comes back to, and the form that it posts there, if any. */
type Answer = { path: string; form?: Record<string, string> };

/** The certified `oidc-provider`, for the callback address of one of the package's provider objects. */
export function openProvider(callback: string, metadata: object = {}): Promise<Provider> {
  return startDemoProvider({ redirectUris: [callback], host: "127.0.0.1", metadata });
}

/** Follows the provider's pages from this address, as a browser, and agrees as this person. */
export async function agree(location: string, { email, confirmed = true }: Who): Promise<Answer> {
  const jar = new Map<string, string>();
  const { origin } = new URL(location);
  const visit = async (url: string, form?: Record<string, string>) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const posted = form && { method: "POST", body: new URLSearchParams(form) };
    const response = await fetch(url, { redirect: "manual", headers: { cookie }, ...posted });
    for (const header of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = header.match(/^([^=]+)=([^;]*)/) ?? [];
      jar.set(name, value);
    }
    return response;
  };
  const follow = async (response: Response): Promise<Answer> => {
    const next = response.headers.get("location");
    if (!next) return posted(await response.text());
    const url = new URL(next, origin);
    if (url.origin !== origin) return { path: url.pathname + url.search };
    const isQuestion = url.pathname.startsWith("/interaction/");
    const typed = { email, name: "", ...(confirmed && { confirmed: "on" }) };
    return follow(await visit(url.href, isQuestion ? typed : undefined));
  };
  return follow(await visit(location));
}

/** The answer that the provider's page posts by script (OAuth's form_post). */
function posted(html: string): Answer {
  const action = html.match(/action="([^"]+)"/)?.[1] ?? "";
  const inputs = [...html.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]);
  return { path: new URL(action).pathname, form: Object.fromEntries(inputs) };
}
