"use client";

import { useCallback, useEffect, useState } from "react";
import { authProvider } from "@/lib/auth-provider/client";

const WORDS = {
  unchecked: "Checked again when you come back to this page.",
  checking: "Checking…",
  valid: "You are signed in.",
  ended: "Your session has ended. Taking you to the sign-in page…",
  unknown: "We could not reach the server. You may well still be signed in; try again in a moment.",
};

/**
 * Asks the server now and then whether this session still counts, since it can be ended on another device. What the
 * answer means is for `onError` to say; this component only follows it, like every caller of an API.
 */
export function LiveStatus() {
  const [status, setStatus] = useState<keyof typeof WORDS>("unchecked");

  const check = useCallback(async () => {
    setStatus("checking");
    setStatus(await askServer());
  }, []);

  useEffect(() => {
    window.addEventListener("focus", check);
    return () => window.removeEventListener("focus", check);
  }, [check]);

  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-3 border-t border-line pt-5 noscript:hidden">
      <button
        type="button"
        className="button button-small"
        onClick={check}
        aria-disabled={status === "checking" || undefined}
      >
        Check now
      </button>
      <p role="status" className="text-sm text-muted">
        {WORDS[status]}
      </p>
    </div>
  );
}

async function askServer(): Promise<keyof typeof WORDS> {
  try {
    const response = await fetch("/api/me", { cache: "no-store" });
    if (response.ok) return "valid";
    const { logout, redirectTo } = await authProvider.onError({ status: response.status });
    if (!logout) return "unknown";
    await authProvider.logout({});
    window.location.replace(`${redirectTo ?? "/login"}?message=session-ended`);
    return "ended";
  } catch {
    return "unknown";
  }
}
