import { useGetIdentity, useIsAuthenticated, useLogin, useLogout, usePermissions } from "@refinedev/core";
import { act, renderHook, waitFor } from "@testing-library/react";
import { describe, expect, test, vi } from "vitest";
import { db } from "@/lib/db";
import { SESSION_COOKIE } from "@/lib/wire/cookies";
import { twoStepUser } from "@/tests/support/factors";
import { PASSWORD, verifiedUser } from "@/tests/support/people";
import { App, browser, go, mutate, notification, page, signedIn } from "@/tests/support/refine-app";

vi.mock("next/headers", () => import("@/tests/support/browser"));

function useWhoAfterLogin() {
  const [login, who, roles] = [useLogin(), useGetIdentity<{ name: string }>(), usePermissions({})];
  return { login, who, roles, check: useIsAuthenticated() };
}

describe("useLogin", () => {
  test("the right password is a success that replaces the page", async () => {
    const { email } = await verifiedUser();
    expect(await mutate(useLogin, { email, password: PASSWORD })).toMatchObject({ success: true });
    expect(go).toHaveBeenCalledExactlyOnceWith({ to: "/dashboard", type: "replace" });
    expect(browser.jar.has(SESSION_COOKIE())).toBe(true);
  });

  test("redirectPath says where to go", async () => {
    const { email } = await verifiedUser();
    await mutate(useLogin, { email, password: PASSWORD, redirectPath: "/custom-path" });
    expect(go).toHaveBeenCalledWith({ to: "/custom-path", type: "replace" });
  });

  test("the address's ?to= says where to go", async () => {
    page.query = { to: "/show/posts/5" };
    const { email } = await verifiedUser();
    await mutate(useLogin, { email, password: PASSWORD });
    expect(go).toHaveBeenCalledWith({ to: "/show/posts/5", type: "replace" });
  });

  test("a wish that leads away is not what the provider answers", async () => {
    const { email } = await verifiedUser();
    const answer = await mutate(useLogin, { email, password: PASSWORD, to: "https://evil.example" });
    expect(answer).toMatchObject({ redirectTo: "/dashboard" });
    expect(go).toHaveBeenCalledExactlyOnceWith({ to: "/dashboard", type: "replace" });
  });

  test("a wrong password is announced in our words, goes nowhere, and the note closes with success", async () => {
    const { email } = await verifiedUser();
    const { result } = renderHook(() => useLogin(), { wrapper: App });
    await act(async () => void (await result.current.mutateAsync({ email, password: "wrong" })));
    const note = {
      key: "login-error",
      message: "Login Error",
      description: "Invalid email or password",
      type: "error",
    };
    expect(notification.open).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(note));
    expect(go).not.toHaveBeenCalled();
    await act(async () => void (await result.current.mutateAsync({ email, password: PASSWORD })));
    expect(notification.close).toHaveBeenCalledWith("login-error");
  });

  test("identity, permissions and check are asked again after a sign-in", async () => {
    const { email } = await verifiedUser({ name: "Alice" });
    const { result } = renderHook(useWhoAfterLogin, { wrapper: App });
    await waitFor(() => expect(result.current.check.data?.authenticated).toBe(false));
    expect([result.current.who.data, result.current.roles.data]).toEqual([null, null]);
    await act(async () => void (await result.current.login.mutateAsync({ email, password: PASSWORD })));
    await waitFor(() => expect(result.current.who.data?.name).toBe("Alice"));
    await waitFor(() => expect(result.current.roles.data).toEqual(["user"]));
    await waitFor(() => expect(result.current.check.data?.authenticated).toBe(true));
  });
});

describe("of a person with two-step sign-in", () => {
  test("the right password goes on to the second step, and nobody is signed in until it is done", async () => {
    const { user } = await twoStepUser();
    const { result } = renderHook(useWhoAfterLogin, { wrapper: App });
    await act(
      async () =>
        void (await result.current.login.mutateAsync({ email: user.email, password: PASSWORD, to: "/account" })),
    );
    expect(go).toHaveBeenCalledExactlyOnceWith({ to: "/two-factor?to=%2Faccount", type: "replace" });
    await waitFor(() =>
      expect(result.current.check.data).toMatchObject({
        authenticated: false,
        redirectTo: "/two-factor",
        error: { name: "SecondFactorRequired" },
      }),
    );
    expect(result.current.check.data?.logout, "signing out would lose the first step").toBeUndefined();
    await waitFor(() => expect([result.current.who.data, result.current.roles.data]).toEqual([null, null]));
  });
});

describe("useLogout", () => {
  test("signs out and goes to the sign-in page, or where redirectPath says", async () => {
    const { token } = await signedIn();
    expect(await mutate(useLogout, {})).toMatchObject({ success: true, redirectTo: "/login" });
    expect(go).toHaveBeenCalledExactlyOnceWith({ to: "/login" });
    expect([browser.jar.get(SESSION_COOKIE()), await db.session.count({ where: { tokenHash: token } })]).toEqual([
      undefined,
      0,
    ]);
    await mutate(useLogout, { redirectPath: "/custom-path" });
    expect(go).toHaveBeenLastCalledWith({ to: "/custom-path" });
  });

  test("with redirectPath false goes nowhere", async () => {
    await signedIn();
    await mutate(useLogout, { redirectPath: false });
    expect(go).not.toHaveBeenCalled();
  });
});
