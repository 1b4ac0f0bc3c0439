import { afterEach, describe, expect, test, vi } from "vitest";
import * as exported from "@/lib/auth-provider/actions";
import { authProvider, enabledProviders } from "@/lib/auth-provider/client";

vi.mock("@/lib/auth-provider/actions", () => {
  const names = [
    "login",
    "logout",
    "check",
    "register",
    "forgotPassword",
    "updatePassword",
    "updateIdentity",
    "getPermissions",
    "getIdentity",
    "enabledProviders",
  ];
  return Object.fromEntries(names.map((name) => [name, vi.fn()]));
});

const { enabledProviders: providers, ...actions } = exported;
const methods = Object.keys(actions) as (keyof typeof actions)[];
const error = { name: "Network Error", message: expect.stringContaining("could not reach the server") };

afterEach(() => {
  vi.resetAllMocks();
});

describe("the browser's provider", () => {
  test("has refine's ten methods, and every server action but one is one of them", () => {
    expect(Object.keys(authProvider).sort()).toEqual([...methods, "onError"].sort());
  });

  test.each(methods)("%s passes what it is given to the server, and its answer back", async (name) => {
    const answer = { success: true, redirectTo: "/x" };
    vi.mocked(actions[name]).mockResolvedValue(answer as never);
    expect(await authProvider[name]({ email: "a", foo: 1 })).toBe(answer);
    expect(actions[name]).toHaveBeenCalledExactlyOnceWith({ email: "a", foo: 1 });
  });

  test.each(["login", "logout", "register", "forgotPassword", "updatePassword", "updateIdentity"] as const)(
    "%s resolves when the network does not, with words for it",
    async (name) => {
      vi.mocked(actions[name]).mockRejectedValue(new TypeError("fetch failed"));
      expect(await authProvider[name]({})).toEqual({ success: false, error });
    },
  );

  test("nobody is signed out because the network is gone", async () => {
    for (const name of ["check", "getIdentity", "getPermissions"] as const)
      vi.mocked(actions[name]).mockRejectedValue(new TypeError("fetch failed"));
    expect(await authProvider.check()).toEqual({ authenticated: false, error });
    expect([await authProvider.getIdentity(), await authProvider.getPermissions()]).toEqual([null, null]);
  });

  test("leaves for a third party, and answers no more, so that no router goes elsewhere first", async () => {
    const assign = vi.fn();
    vi.stubGlobal("window", { location: { assign } });
    vi.mocked(actions.login).mockResolvedValue({ success: true, redirectTo: "https://provider.example/authorize?x=1" });
    const answered = vi.fn();
    void authProvider.login({ providerName: "provider" }).then(answered);
    await vi.waitFor(() => expect(assign).toHaveBeenCalledExactlyOnceWith("https://provider.example/authorize?x=1"));
    await Promise.resolve();
    expect(answered).not.toHaveBeenCalled();
    vi.unstubAllGlobals();
  });

  test("knows of no third party while the network is gone", async () => {
    vi.mocked(providers)
      .mockResolvedValueOnce([{ name: "x", label: "X" }])
      .mockRejectedValueOnce(new TypeError());
    expect([await enabledProviders(), await enabledProviders()]).toEqual([[{ name: "x", label: "X" }], []]);
  });

  test("onError asks no server", async () => {
    expect(await authProvider.onError({ status: 401 })).toMatchObject({ logout: true, redirectTo: "/login" });
    for (const name of methods) expect(actions[name]).not.toHaveBeenCalled();
  });
});
