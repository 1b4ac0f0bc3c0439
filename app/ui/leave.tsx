"use client";

import { useEffect } from "react";

/**
 * Goes to the address that a form's action answered with, if there is one. The page's security policy would stop a redirect out
 * of a form, in Chromium at each further redirect too. Without JavaScript the page refreshes to the address by itself.
 */
export function Leave({ to }: { to?: string }) {
  useEffect(() => {
    if (to) window.location.assign(to);
  }, [to]);
  if (!to) return null;
  return (
    <noscript>
      <meta httpEquiv="refresh" content={`0; url=${to}`} />
      <a className="link" href={to}>
        Continue
      </a>
    </noscript>
  );
}
