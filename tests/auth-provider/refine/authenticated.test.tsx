import { Authenticated, useGetIdentity, useIsAuthenticated, useOnError, usePermissions } from "@refinedev/core";
import { render, renderHook, screen, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { db } from "@/lib/db";
import { SESSION_COOKIE } from "@/lib/wire/cookies";
import { App, browser, go, mutate, page, signedIn } from "@/tests/support/refine-app";

vi.mock("next/headers", () => import("@/tests/support/browser"));

function useWho() {
  return { who: useGetIdentity(), roles: usePermissions({}), check: useIsAuthenticated() };
}

describe("useOnError", () => {
  test.each([{ status: 401 }, { statusCode: 401 }, { response: { status: 401 } }, { status: 403 }])(
    "%j signs out and goes to the sign-in page",
    async (error) => {
      await signedIn();
      await mutate(useOnError, error);
      await waitFor(() => expect(go).toHaveBeenCalledWith({ to: "/login" }));
      expect(browser.jar.has(SESSION_COOKIE())).toBe(false);
    },
  );

  test("a failure of the server changes nothing", async () => {
    await signedIn();
    expect(await mutate(useOnError, { status: 500 })).toEqual({});
    expect([go.mock.calls, browser.jar.has(SESSION_COOKIE())]).toEqual([[], true]);
  });
});

describe("useGetIdentity, usePermissions and useIsAuthenticated", () => {
  test("answer who is signed in", async () => {
    const { user } = await signedIn({ name: "Alice", role: "admin" });
    const { result } = renderHook(useWho, { wrapper: App });
    await waitFor(() => expect(result.current.check.data).toEqual({ authenticated: true }));
    await waitFor(() => expect(result.current.roles.data).toEqual(["admin"]));
    await waitFor(() =>
      expect(result.current.who.data).toMatchObject({ id: user.id, name: "Alice", email: user.email }),
    );
  });

  test("a session that has expired on the server is a calm no", async () => {
    const { principal } = await signedIn();
    await db.session.update({ where: { id: principal.sessionId }, data: { expires: new Date() } });
    const { result } = renderHook(() => useIsAuthenticated(), { wrapper: App });
    await waitFor(() => expect(result.current.data).toBeDefined());
    expect(result.current.data).toEqual({
      authenticated: false,
      logout: true,
      redirectTo: "/login",
      error: { name: "Unauthenticated", message: "User is not authenticated" },
    });
  });
});

describe("<Authenticated>", () => {
  const show = (props: { redirectOnFail?: string; fallback?: ReactNode } = {}) =>
    render(
      <App>
        <Authenticated key="page" loading="asking" {...props}>
          private words
        </Authenticated>
      </App>,
    );

  beforeEach(() => {
    page.pathname = "/dashboard";
    page.query = { current: 1, pageSize: 2 };
  });

  test("sends a visitor to the sign-in page, and back afterwards", async () => {
    show();
    await waitFor(() => expect(go).toHaveBeenCalledWith(expect.objectContaining({ type: "replace" })));
    expect(go).toHaveBeenLastCalledWith({
      to: "/login",
      query: { to: "/dashboard?current=1&pageSize=2" },
      type: "replace",
    });
    expect(screen.queryByText("private words")).toBeNull();
  });

  test("or where redirectOnFail says", async () => {
    show({ redirectOnFail: "/my-path" });
    await waitFor(() => expect(go).toHaveBeenCalledWith(expect.objectContaining({ to: "/my-path" })));
  });

  test("or shows the fallback and goes nowhere", async () => {
    show({ fallback: "please sign in" });
    await screen.findByText("please sign in");
    expect(go).not.toHaveBeenCalled();
  });

  test("shows the page to whoever is signed in", async () => {
    await signedIn();
    show({ fallback: "please sign in" });
    await screen.findByText("private words");
    expect(go).not.toHaveBeenCalled();
  });
});
