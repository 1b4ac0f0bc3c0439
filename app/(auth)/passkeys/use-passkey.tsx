"use client";

import { type ReactNode, useEffect, useEffectEvent } from "react";
import type { FormAction } from "@/lib/web/form-state";
import { CeremonyButton } from "./ceremony-button";
import { isSupported, useCeremony, useSupport } from "./use-ceremony";

/** Events before a choice from the browser's list. Until one of them the page asks the server nothing. */
const MOVEMENTS = ["pointermove", "pointerdown", "keydown", "focusin"] as const;

export type UsePasskeyProps = {
  begin: FormAction;
  end: FormAction;
  /** Where to go afterwards. */
  to?: string;
  /** Offers the passkeys in the browser's list of the field that asks for `webauthn` too. */
  autofill?: boolean;
  children: ReactNode;
};

/** The browser's side of `PasskeyButton`. Its actions are given to it, so that a page loads no more than its own two. */
export function UsePasskey({ begin, end, to, autofill = false, children }: UsePasskeyProps) {
  const ceremony = useCeremony(begin, end, { to });
  const supported = useSupport();
  const listen = useEffectEvent(ceremony.listen);

  useEffect(() => {
    // Hydration assumed that the browser has passkeys. Here it is checked.
    if (!autofill || !isSupported()) return;
    const moved = new AbortController();
    const gone = new AbortController();
    const start = () => {
      moved.abort();
      import("./browser").then(
        ({ keepListening }) => gone.signal.aborted || keepListening(listen, gone.signal),
        () => undefined,
      );
    };
    for (const movement of MOVEMENTS) document.addEventListener(movement, start, { signal: moved.signal });
    // A field may have focus since before this code ran.
    if (document.activeElement !== document.body) start();
    return () => {
      moved.abort();
      gone.abort();
    };
  }, [autofill]);

  if (!supported) return null;
  return (
    <CeremonyButton ceremony={ceremony} className="button w-full" pending="Waiting for your passkey…">
      {children}
    </CeremonyButton>
  );
}
