"use client";

import { type ReactNode, useEffect, useEffectEvent } from "react";
import type { FormAction } from "@/lib/web/form-state";
import { CeremonyButton } from "./ceremony-button";
import { isSupported, useCeremony, useSupport } from "./use-ceremony";

/** A ceremony lives five minutes on the server. */
const LISTEN_AGAIN_MS = 4 * 60_000;

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
    // What was taken for granted to hydrate is asked here.
    if (!autofill || !isSupported()) return;
    let stopped = false;
    let began = 0;
    const listenAgain = async () => {
      const isDue = Date.now() - began >= LISTEN_AGAIN_MS && document.visibilityState === "visible";
      if (stopped || !isDue || !(await PublicKeyCredential.isConditionalMediationAvailable())) return;
      began = Date.now();
      if (!stopped) await listen();
    };
    void listenAgain();
    const timer = setInterval(listenAgain, LISTEN_AGAIN_MS);
    document.addEventListener("visibilitychange", listenAgain);
    return () => {
      stopped = true;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", listenAgain);
    };
  }, [autofill]);

  if (!supported) return null;
  return (
    <CeremonyButton ceremony={ceremony} className="button w-full" pending="Waiting for your passkey…">
      {children}
    </CeremonyButton>
  );
}
