import { readFileSync } from "node:fs";
import { render } from "@react-email/render";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { PAGE_COLOR } from "@/app/ui/theme";
import { CSS, styles } from "@/emails/theme";
import { BRAND } from "@/lib/brand";
import { productName } from "@/lib/cli/project.mjs";
import { PLAIN_STYLE } from "@/lib/wire/plain-style";
import { sourceFiles } from "@/tests/support/source-files";

/** WCAG 2.2: text and its background; the outline of the focus and its background. */
const LEAST_OF_TEXT = 4.5;

/** The share of black that app/ui/accent.ts mixes into a button under the pointer. */
const [, STRONG] = readFileSync("app/ui/accent.ts", "utf8").match(/var\(--accent-fill\) (\d+)%, black/) ?? [];

type Scheme = "light" | "dark";

const THEME = readFileSync("app/theme.css", "utf8");

/** A color of app/theme.css. */
function colorOf(name: string, scheme: Scheme): string {
  const [, light = "", dark = ""] = THEME.match(new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\);`)) ?? [];
  return scheme === "light" ? light : dark;
}

/** The backgrounds that links stand on. */
function backgrounds(scheme: Scheme): [name: string, color: string][] {
  return ["page", "surface", "subtle"].map((name) => [name, colorOf(name, scheme)]);
}

const channels = (color: string) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));

/** WCAG's relative luminance. */
function luminance(rgb: number[]): number {
  const [red = 0, green = 0, blue = 0] = rgb
    .map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: number[], b: number[]): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

/** What is too faint to read, in words. */
function complaints(scheme: Scheme): string[] {
  const { onFill } = BRAND.accent;
  const { text, fill } = BRAND.accent[scheme];
  const hovered = channels(fill).map((value) => value * (Number(STRONG) / 100));
  const pairs: [what: string, a: number[], b: number[]][] = [
    ...backgrounds(scheme).map(([name, color]): [string, number[], number[]] => [
      `accent.${scheme}.text (${text}) on --${name} (${color}) of app/theme.css`,
      channels(text),
      channels(color),
    ]),
    [`accent.onFill (${onFill}) on accent.${scheme}.fill (${fill})`, channels(onFill), channels(fill)],
    [`accent.onFill (${onFill}) on accent.${scheme}.fill (${fill}) under the pointer`, channels(onFill), hovered],
  ];
  return pairs
    .filter(([, a, b]) => !(contrast(a, b) >= LEAST_OF_TEXT))
    .map(([what, a, b]) => `lib/brand.ts: ${what} has a contrast of ${contrast(a, b).toFixed(2)}, not 4.5`);
}

describe("the accent", () => {
  test.each<Scheme>(["light", "dark"])("can be read on every background of the %s theme", (scheme) => {
    expect(complaints(scheme)).toEqual([]);
  });

  test("is measured as WCAG does", () => {
    expect(contrast(channels("#000000"), channels("#ffffff"))).toBeCloseTo(21, 5);
    expect(contrast(channels("#767676"), channels("#ffffff"))).toBeCloseTo(4.54, 2);
  });
});

test("the bars around a page have its color", () => {
  expect(PAGE_COLOR).toEqual({ light: colorOf("page", "light"), dark: colorOf("page", "dark") });
});

test("pages that stand alone, and mails, have the colors of the others", () => {
  const { light, dark, onFill } = BRAND.accent;
  const [inLight = "", inDark = ""] = PLAIN_STYLE.split("@media (prefers-color-scheme: dark)");
  const named = (style: string) =>
    [...style.matchAll(/--([\w-]+): (#\w{6});/g)].map(([, name = "", color]) => [name, color]);
  const isAccent = (name: unknown) => ["accent", "fill", "on-fill"].includes(String(name));
  for (const [style, scheme] of [
    [inLight, "light"],
    [inDark, "dark"],
  ] as const) {
    const colors = named(style).filter(([name]) => !isAccent(name));
    expect(colors).toHaveLength(10);
    expect(colors).toEqual(colors.map(([name = ""]) => [name, colorOf(name, scheme)]));
  }
  const ours = [light, dark].flatMap(({ text, fill }) => [text, fill]).concat(onFill, THEME.match(/#\w{6}/g) ?? []);
  const inMails = (JSON.stringify(styles) + CSS).match(/#\w{6}/g) ?? [];
  expect(inMails.length).toBeGreaterThan(10);
  expect(inMails.filter((color) => !ours.includes(color))).toEqual([]);
});

describe("a product by another name", () => {
  const NAME = "Fjord & Co";
  beforeAll(() => {
    vi.resetModules();
    vi.doMock("@/lib/brand", () => ({ BRAND: { ...BRAND, name: NAME } }));
  });
  afterAll(() => {
    vi.doUnmock("@/lib/brand");
    vi.resetModules();
  });

  test("says so in its mails", async () => {
    const { Layout } = await import("@/emails/layout");
    const text = await render(Layout({ title: "Hello", preview: "Hello", children: null }), { plainText: true });
    expect(text).toContain(`Sent automatically by ${NAME}`);
    const { parseEnv } = await import("@/lib/env");
    expect(parseEnv({ AUTH_SECRET: process.env.AUTH_SECRET }).MAIL_FROM).toBe(`${NAME} <onboarding@resend.dev>`);
  });

  test("says so to passkeys", async () => {
    const { relyingParty } = await import("@/lib/auth/passkeys/relying-party");
    expect(relyingParty().name).toBe(NAME);
  });

  test("says so on OpenAuth's screens", async () => {
    const { COPY } = await import("@/lib/dialects/openauth/password-copy");
    expect(COPY.logo).toBe(NAME);
  });

  test("says so to Supabase's clients", async () => {
    const { health } = await import("@/lib/dialects/supabase/about");
    const answer = await health();
    expect(answer.ok && (await answer.value.json()).name).toBe(NAME);
  });

  test("refuses passwords made of that name", async () => {
    const { passwordProblem } = await import("@/lib/auth/model/password-policy");
    for (const password of ["fjord2026!", "FjordCo2026"]) expect(await passwordProblem(password)).toMatch(/too close/);
  });
});

test("commands find the name before packages are installed", () => {
  expect(productName()).toBe(BRAND.name);
});

test("the name stands in lib/brand.ts and nowhere else in the code", () => {
  const files = [
    ...sourceFiles("app", "lib", "emails", "prisma"),
    ...["proxy.ts", ".env.example", "app/theme.css", "app/globals.css", "prisma/schema.prisma"].map((name) => ({
      name,
      text: readFileSync(name, "utf8"),
    })),
  ];
  const saying = files.filter(({ text }) => /latchkey/i.test(text)).map(({ name }) => name);
  expect(saying.filter((name) => name !== "lib/brand.ts")).toEqual([]);
});
