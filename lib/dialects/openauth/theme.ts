import { type ColorScheme, setTheme as setPackageTheme, type Theme } from "@openauthjs/openauth/ui/theme";
import { BRAND } from "@/lib/brand";
import { markSvg } from "@/lib/wire/mark";
import { Html, html } from "./html";

const RADII: Record<NonNullable<Theme["radius"]>, string> = {
  none: "0",
  sm: "4px",
  md: "8px",
  lg: "12px",
  full: "1.25rem",
};

let current: Theme | null = null;

/** Sets the theme of our screens and of the package's. */
export function setTheme(theme: Theme): void {
  current = theme;
  setPackageTheme(theme);
}

/** The name of the site on the screens. */
export function titleOfScreens(): string {
  return current?.title ?? BRAND.name;
}

/** The theme's CSS. The policy of our pages lets it load nothing from other sites. */
export function themeStyle(): string {
  if (!current) return "";
  const { primary, background, radius, font, css = "" } = current;
  const rules = (side: keyof ColorScheme) =>
    [
      `--accent: ${sideOf(primary, side)}; --fill: ${sideOf(primary, side)}; --on-fill: ${sideOf(background, side) ?? "#fff"};`,
      background && `--page: ${sideOf(background, side)};`,
    ].join(" ");
  const rest = [
    radius && `section, input, .button { border-radius: ${RADII[radius]}; }`,
    font?.family && `body { font-family: ${font.family}; }`,
  ];
  return `:root { ${rules("light")} }
@media (prefers-color-scheme: dark) { :root { ${rules("dark")} } }
${rest.filter(Boolean).join("\n")}
${css}`;
}

/** The theme's icon, and its logo for light and dark beside the title; without a theme our mark. */
export function themeMarks(): { icon: Html | false; logo: Html | false } {
  if (!current) return { icon: false, logo: new Html(markSvg()) };
  const { favicon, logo } = current;
  return {
    icon: favicon !== undefined && html`<link rel="icon" href="${favicon}">`,
    logo:
      logo !== undefined &&
      html`<picture><source media="(prefers-color-scheme: dark)" srcset="${sideOf(logo, "dark")}">
<img src="${sideOf(logo, "light")}" alt="" height="32"></picture>`,
  };
}

function sideOf<T extends string | ColorScheme | undefined>(value: T, side: keyof ColorScheme) {
  return typeof value === "object" ? value[side] : (value as string | undefined);
}
