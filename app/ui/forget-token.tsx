"use client";

import { useEffect } from "react";

/** Takes the token out of the address bar, and so out of the history and of anything that copies the address. */
export function ForgetToken() {
  useEffect(() => window.history.replaceState(null, "", window.location.pathname), []);
  return null;
}
