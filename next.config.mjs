/** The headers of every answer. proxy.ts sets those that depend on the request or on APP_URL. */
const SECURITY_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "strict-origin-when-cross-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
};

/** @type {import("next").NextConfig} */
export default {
  reactStrictMode: true,
  poweredByHeader: false,
  // Browsers load avatars from their own addresses: a server that fetches pictures for strangers can be sent anywhere.
  images: { unoptimized: true },
  // For programs that ask for it without reading the page. An app/favicon.ico of yours takes its place.
  rewrites: async () => [{ source: "/favicon.ico", destination: "/icon.svg" }],
  headers: async () => [
    { source: "/:path*", headers: Object.entries(SECURITY_HEADERS).map(([key, value]) => ({ key, value })) },
    // The addresses of these pages hold a token. Files that a page loads before its own <meta> must not get it either.
    {
      source: "/:page(reset-password|verify-email|sign-in-code)",
      headers: [
        { key: "Referrer-Policy", value: "no-referrer" },
        { key: "X-Robots-Tag", value: "noindex" },
      ],
    },
  ],
  // Next would write files into the project for the assistants that it finds.
  agentRules: false,
  experimental: {
    // `forbidden()`, which answers 403 with app/forbidden.tsx.
    authInterrupts: true,
    agentFeedback: false,
    // A page is loaded at its first visit: loading all at once took a seventh of a start's CPU time.
    preloadEntriesOnStart: false,
    // Where lib/server/front.ts stands, it refuses bodies over 100 KB before Next sees them.
    proxyClientMaxBodySize: "1mb",
  },
};
