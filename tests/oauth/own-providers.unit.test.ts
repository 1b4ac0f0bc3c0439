import { beforeEach, expect, test, vi } from "vitest";
import { register } from "@/lib/oauth/own-providers";

vi.mock("@/lib/oauth/own-providers", () => ({ register: vi.fn() }));

const OWN = {
  icon: "",
  enabled: true,
  grantConfig: { key: "k", secret: "s", authorize_url: "https://id.example/a", access_url: "https://id.example/t" },
  authCallback: () => ({}),
};

beforeEach(() => {
  vi.resetModules();
  vi.mocked(register).mockReset();
});

test("providers of one's own are there at the first look, whichever surface looks", async () => {
  vi.mocked(register).mockImplementation(({ strapi }) =>
    strapi.plugin("users-permissions").service("providers-registry").add("own-id", OWN),
  );
  const { enabledProviders, registry } = await import("@/lib/oauth/registry");
  expect(enabledProviders()).toContainEqual({ id: "own-id", name: "Own Id" });
  expect(registry.get("own-id")).toMatchObject({ enabled: true });
  expect(register).toHaveBeenCalledTimes(1);
  registry.remove("own-id");
});

test("a mistake in them shows at every look", async () => {
  vi.mocked(register).mockImplementation(() => {
    throw new TypeError("a typing mistake");
  });
  const { enabledProviders } = await import("@/lib/oauth/registry");
  expect(() => enabledProviders()).toThrow("a typing mistake");
  expect(() => enabledProviders()).toThrow("a typing mistake");
});

test("one that comes or goes at run time is seen by pages in stock", async () => {
  const { registry } = await import("@/lib/oauth/registry");
  const { stockEdition } = await import("@/lib/stock");
  registry.getAll();
  const editions = [stockEdition()];
  registry.add("own-id", OWN);
  editions.push(stockEdition());
  registry.remove("own-id");
  editions.push(stockEdition());
  expect(new Set(editions).size).toBe(3);
});
