"use client";

import { useEffect } from "react";

/** Removes the token from the address bar, and so from the history and from copies of the address. */
export function ForgetToken() {
  useEffect(() => window.history.replaceState(null, "", window.location.pathname), []);
  return null;
}
