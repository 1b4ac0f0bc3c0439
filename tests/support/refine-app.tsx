import { type GoConfig, Refine } from "@refinedev/core";
import { act, cleanup, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, vi } from "vitest";
import { authProvider } from "@/lib/auth-provider/client";
import { db } from "@/lib/db";
import { SESSION_COOKIE } from "@/lib/wire/cookies";
import { type Browser, newBrowser, openBrowser } from "./browser";
import { emptyOutbox } from "./outbox";
import { session, verifiedUser } from "./people";

/*
 * refine with our provider, in a page of its own for each test. The provider's server actions run in this process instead of
 * over the wire. With `vi.mock("next/headers", …)` in the test file, all code behind them is real.
 */

/** The page that refine's router shows. */
export const page: { pathname: string; query: Record<string, unknown> } = { pathname: "/login", query: {} };
export let browser: Browser;

/** The router. For a path it returns that of this page, instead of going there. */
export const go = vi.fn(({ to, type }: GoConfig) =>
  type === "path" ? `${to}?${new URLSearchParams(page.query as Record<string, string>)}` : undefined,
);
export const routerProvider = {
  go: () => go,
  parse: () => () => ({ pathname: page.pathname, params: page.query }),
  back: () => () => {},
};
export const notification = { open: vi.fn(), close: vi.fn() };

beforeEach(async () => {
  Object.assign(page, { pathname: "/login", query: {} });
  browser = newBrowser();
  openBrowser(browser);
  await emptyOutbox();
  await db.rateLimit.deleteMany();
});
afterEach(() => {
  cleanup();
  vi.clearAllMocks();
});

export function App({ children }: { children?: ReactNode }) {
  return (
    <Refine
      authProvider={authProvider}
      routerProvider={routerProvider}
      notificationProvider={notification}
      options={{ disableTelemetry: true }}
    >
      {children}
    </Refine>
  );
}

/** Calls a hook's mutation and waits for its result. */
export async function mutate<Variables>(
  useHook: () => { mutateAsync(variables: Variables): Promise<unknown> },
  variables: Variables,
): Promise<unknown> {
  const { result } = renderHook(useHook, { wrapper: App });
  return act(() => result.current.mutateAsync(variables));
}

/** Signs this browser in, without a hook. */
export async function signedIn(given: Parameters<typeof verifiedUser>[0] = {}) {
  const user = await verifiedUser(given);
  const { token, principal } = await session(user);
  browser.jar.set(SESSION_COOKIE(), token);
  return { user, token, principal };
}
