import { randomUUID } from "node:crypto";
import { GoTrueClient, type GoTrueClientOptions } from "@supabase/auth-js";
import { supabase } from "@/lib/dialects/supabase";
import { pressedAt } from "@/tests/support/press-button";

export const SITE = "https://app.example.com";
export const SHOP = "https://shop.example.com/callback";

/** Sends a request straight to the dialect, without a server. */
export function send(path: string, init: RequestInit = {}): Promise<Response> {
  const method = (init.method ?? "GET") as keyof typeof supabase;
  return supabase[method](new Request(new URL(path, `${SITE}/auth/v1/`), init));
}

/** The unmodified client, whose requests go straight to the dialect. */
export function localClient(options: Partial<GoTrueClientOptions> = {}): GoTrueClient {
  return new GoTrueClient({
    url: `${SITE}/auth/v1`,
    fetch: (input, init) => send(String(input instanceof Request ? input.url : input), init),
    storageKey: randomUUID(),
    autoRefreshToken: false,
    persistSession: false,
    ...options,
  });
}

/** The same client, asking for codes instead of tokens, as `@supabase/ssr` does. */
export const pkceClient = () => localClient({ flowType: "pkce" });

/** Opens a mailed link, and presses the button of our page. @returns the address that it leads to */
export async function follow(link: string): Promise<URL> {
  const page = (await send(link)).headers.get("location") ?? "";
  const pressed = new URL(page).pathname === "/sign-in-code" ? page.replace("/sign-in-code", "/verify-email") : page;
  return new URL((await send(pressedAt(pressed))).headers.get("location") ?? "");
}
