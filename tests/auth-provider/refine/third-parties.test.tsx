import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import type { ComponentType } from "react";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { ok } from "@/lib/auth/model/errors";
import { registry } from "@/lib/oauth/registry";
import { CLUB } from "@/tests/support/club";
import { routerProvider, signedIn } from "@/tests/support/refine-app";

vi.mock("next/headers", () => import("@/tests/support/browser"));
// Auth.js does not run in jsdom. On the server, methods.test.ts lets it.
vi.mock("@/lib/oauth/visit", async (original) => ({
  ...(await original<typeof import("@/lib/oauth/visit")>()),
  start: async (provider: string) => ok({ location: `https://${provider}.example/authorize`, visitId: "a-visit" }),
}));

const OUTPUT = "tests/.output/refine";
const assign = vi.fn();

beforeEach(() => {
  vi.stubGlobal("location", { assign });
  registry.add("club", CLUB);
  return () => {
    registry.remove("club");
    vi.unstubAllGlobals();
  };
});
afterAll(() => rmSync(OUTPUT, { recursive: true, force: true }));

/** The app of the README, as it stands there. */
async function example(): Promise<ComponentType<{ routerProvider: typeof routerProvider }>> {
  const [, code = ""] =
    /```tsx\n("use client";\n.*?)```/s.exec(readFileSync("lib/auth-provider/README.md", "utf8")) ?? [];
  mkdirSync(OUTPUT, { recursive: true });
  writeFileSync(`${OUTPUT}/console.tsx`, code);
  return (await import(/* @vite-ignore */ `@/${OUTPUT}/console.tsx`)).Console;
}

test("the README's app shows a visitor the way in, third parties included, and leaves for the one that is pressed", async () => {
  const Console = await example();
  render(<Console routerProvider={routerProvider} />);
  fireEvent.click(await screen.findByText("Club"));
  await waitFor(() => expect(assign).toHaveBeenCalledExactlyOnceWith("https://club.example/authorize"));
});

test("and greets who is signed in, who can sign out", async () => {
  const Console = await example();
  await signedIn({ name: "Alice" });
  render(<Console routerProvider={routerProvider} />);
  fireEvent.click(await screen.findByText("Sign Alice out"));
  await screen.findByText("Club");
});
