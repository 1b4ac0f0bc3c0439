/** What every answer carries, whatever it is. What depends on the request or on APP_URL is set in proxy.ts. */
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
  // Avatars are shown as they are: a server that fetches pictures for strangers can be sent anywhere.
  images: { unoptimized: true },
  // For what asks without reading the page. An app/favicon.ico of your own goes before it.
  rewrites: async () => [{ source: "/favicon.ico", destination: "/icon.svg" }],
  headers: async () => [
    { source: "/:path*", headers: Object.entries(SECURITY_HEADERS).map(([key, value]) => ({ key, value })) },
    // Their addresses hold a token. What a page loads before it has read its own <meta> must not be told either.
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
    // A page is loaded when it is first asked for: all of them at once took a seventh of a start's CPU time.
    preloadEntriesOnStart: false,
    // lib/server/front.ts refuses whatever is over 1 MB before Next sees it, which would call it a fault of its own (500).
    serverActions: { bodySizeLimit: "2mb" },
    proxyClientMaxBodySize: "1mb",
  },
};
