// No test runs this file: it is right when `tsc` compiles it.
import type { AuthBindings, AuthProvider } from "@refinedev/core";
import { authProvider as inBrowser } from "@/lib/auth-provider/client";
import { authProvider as onServer } from "@/lib/auth-provider/server";

type Method = keyof Required<AuthProvider>;
type Answer<Name extends Method> = Awaited<ReturnType<Required<AuthProvider>[Name]>>;

/** Both objects are what `<Refine authProvider>` takes, with every method. */
export const providers: Required<AuthProvider>[] = [onServer, inBrowser];

/** The name that refine's tutorial imports, which refine 5 no longer has. */
export const bindings: AuthBindings = inBrowser;
export const tutorial: AuthBindings = {
  login: async ({ email }) => ({ success: Boolean(email), redirectTo: "/" }),
  check: async () => ({ authenticated: true }),
  logout: async () => ({ success: true }),
  onError: async () => ({}),
};

/** What the methods answer is no wider than refine knows, and what refine does not know has a type of its own. */
export async function answers(): Promise<[Answer<"login">, Answer<"check">, Answer<"onError">]> {
  const login = await onServer.login({ email: "alice@example.com", password: "x", anything: ["else"] });
  const seconds: number | undefined = login.retryAfter;
  const words: string | undefined = login.fields?.email;
  const roles: string[] | null = await onServer.getPermissions();
  const name: string | undefined = (await onServer.getIdentity())?.name;
  return [{ ...login, seconds, words, roles, name }, await onServer.check(), await onServer.onError(new Error("x"))];
}
