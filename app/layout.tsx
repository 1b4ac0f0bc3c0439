import type { Metadata, Viewport } from "next";
import localFont from "next/font/local";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { BRAND } from "@/lib/brand";
import { env } from "@/lib/env";
import { NONCE_HEADER } from "@/lib/wire/security-headers";
import { APPLY_THEME, PAGE_COLOR } from "./ui/theme";
import "./globals.css";

const inter = localFont({
  src: "./ui/inter/latin.woff2",
  variable: "--font-inter",
  weight: "400 550",
  // A first visit does not wait for the font: it is drawn in a system font that takes as much room.
  display: "optional",
  preload: false,
  adjustFontFallback: false,
});

// Letters of further Latin alphabets, mostly in names. Only a page that shows one loads them.
const interExt = localFont({
  src: "../node_modules/@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
  variable: "--font-inter-ext",
  weight: "100 900",
  preload: false,
  adjustFontFallback: false,
  declarations: [
    {
      prop: "unicode-range",
      value:
        "U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF, U+0304, U+0308, U+0329, U+1D00-1DBF, U+1E00-1E9F, U+1EF2-1EFF, U+2020, U+20A0-20AB, U+20AD-20C0, U+2113, U+2C60-2C7F, U+A720-A7FF",
    },
  ],
});

const description = `Sign in to ${BRAND.name}.`;

export function generateMetadata(): Metadata {
  return {
    title: { default: BRAND.name, template: `%s · ${BRAND.name}` },
    description,
    icons: { icon: { url: "/icon.svg", type: "image/svg+xml" }, apple: "/icon.png" },
    // Other sites fetch this picture, so they need its whole address.
    openGraph: { siteName: BRAND.name, description, type: "website", images: `${env().APP_URL}/og.png` },
  };
}

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: PAGE_COLOR.light },
    { media: "(prefers-color-scheme: dark)", color: PAGE_COLOR.dark },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Every page waits for its request, because the nonce in its Content-Security-Policy is made for that request.
  return (
    // The script below writes the theme to the element before React sees it.
    <html lang="en" className={`${inter.variable} ${interExt.variable}`} suppressHydrationWarning>
      <head>
        <script nonce={(await headers()).get(NONCE_HEADER) ?? undefined} suppressHydrationWarning>
          {APPLY_THEME}
        </script>
      </head>
      <body>{children}</body>
    </html>
  );
}
