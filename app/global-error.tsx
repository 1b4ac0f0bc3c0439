"use client";

import { ErrorCard } from "@/app/ui/error-card";
import "./globals.css";

/** Stands in for the root layout when that fails itself, so it brings its own document; the font may be the system's. */
export default function GlobalErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong</title>
        <ErrorCard error={error} retry={retry} />
      </body>
    </html>
  );
}
