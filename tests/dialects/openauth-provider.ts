import { startDemoProvider } from "@/lib/cli/demo-provider.mjs";

type Provider = Awaited<ReturnType<typeof startDemoProvider>>;

/** Who to be at the provider. */
export type Who = { email: string; confirmed?: boolean };

/** What a browser brings back from the provider: to which address, and what is posted there, if anything is. */
export type Answer = { path: string; form?: Record<string, string> };

/** The certified `oidc-provider`, for the callback address of one of the package's provider objects. */
export function openProvider(callback: string, metadata: object = {}): Promise<Provider> {
  return startDemoProvider({ redirectUris: [callback], host: "127.0.0.1", metadata });
}

/** A browser's way through the provider's pages, from the address that it was sent to. */
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

/** The answer that a page of the provider's posts by itself (OAuth's form_post). */
function posted(html: string): Answer {
  const action = html.match(/action="([^"]+)"/)?.[1] ?? "";
  const inputs = [...html.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]);
  return { path: new URL(action).pathname, form: Object.fromEntries(inputs) };
}
