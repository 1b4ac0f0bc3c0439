import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createServerClient, parseCookieHeader, serializeCookieHeader } from "@supabase/ssr";

// supabase-js looks for one as soon as it is made, Node 20 has none, and nothing here opens one.
if (!("WebSocket" in globalThis)) Object.assign(globalThis, { WebSocket: class {} });

/**
 * An app with `@supabase/ssr` on its server, as that package's guide for server-side rendering has it: a client a request
 * over the request's cookies, a callback that exchanges codes, a page for the signed-in.
 */
export async function startSsrApp(site: string): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => void answer(site, request, response));
  server.listen(0, "localhost");
  await once(server, "listening");
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { url, close };
}

async function answer(site: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { origin, pathname, searchParams } = new URL(request.url ?? "/", `http://${request.headers.host}`);
  // Supabase serves its auth below /auth/v1, and so does the site.
  const { auth } = createServerClient(site, "any-publishable-key", {
    cookies: {
      getAll: () => parseCookieHeader(request.headers.cookie ?? "").map(({ name, value = "" }) => ({ name, value })),
      setAll: (cookies) => {
        for (const { name, value, options } of cookies)
          response.appendHeader("set-cookie", serializeCookieHeader(name, value, options));
      },
    },
  });
  const redirect = (to: string) => void response.writeHead(303, { location: to }).end();
  const page = (html: string) => void response.writeHead(200, { "content-type": "text/html" }).end(html);
  const callback = `${origin}/auth/callback`;

  if (pathname === "/auth/callback") {
    const { error } = await auth.exchangeCodeForSession(searchParams.get("code") ?? "");
    return redirect(error ? `/?error=${error.code}` : "/private");
  }
  if (pathname === "/oauth") {
    const { data } = await auth.signInWithOAuth({ provider: "custom:oidc", options: { redirectTo: callback } });
    return redirect(data.url ?? "/");
  }
  if (request.method === "POST" && pathname === "/otp") {
    const email = new URLSearchParams(await text(request)).get("email") ?? "";
    const { error } = await auth.signInWithOtp({ email, options: { emailRedirectTo: callback } });
    return page(error ? `<p>${error.code}</p>` : "<p>Check your inbox</p>");
  }
  if (request.method === "POST" && pathname === "/sign-out") {
    await auth.signOut();
    return redirect("/");
  }
  const { data } = await auth.getUser();
  if (pathname === "/private" && !data.user) return redirect("/");
  if (pathname === "/private")
    return page(`<h1>${data.user?.email}</h1><form method="post" action="/sign-out"><button>Sign out</button></form>`);
  return page(`<h1>${data.user ? "Welcome back" : "Hello"}</h1>
    <form method="post" action="/otp"><input name="email" aria-label="Email"><button>Email me a link</button></form>
    <a href="/oauth">Continue with the provider</a>`);
}
