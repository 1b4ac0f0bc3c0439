"use client";

import { useEffect } from "react";

/**
 * Goes to the address that a form's action answered with, if there is one. A redirect out of a form would be stopped by
 * the page's own security policy, in Chromium at each further redirect too. Without JavaScript the answered page goes
 * there by itself.
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
