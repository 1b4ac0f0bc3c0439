"use client";

import { useEffect, useEffectEvent } from "react";
import { beginPasskeySignInAction, endPasskeySignInAction } from "@/app/(auth)/passkeys/actions";
import { beginPasskeyProofAction, endPasskeyProofAction } from "@/app/(auth)/passkeys/holder-actions";
import type { FormAction } from "@/lib/web/form-state";
import { CeremonyButton } from "./ceremony-button";
import { isSupported, useCeremony, useSupport } from "./use-ceremony";

type Mode = "sign-in" | "second-step" | "reauthenticate";

const PROOF: [FormAction, FormAction] = [beginPasskeyProofAction, endPasskeyProofAction];
const ACTIONS: Record<Mode, [FormAction, FormAction]> = {
  "sign-in": [beginPasskeySignInAction, endPasskeySignInAction],
  "second-step": PROOF,
  reauthenticate: PROOF,
};
/** A ceremony lives five minutes on the server. */
const LISTEN_AGAIN_MS = 4 * 60_000;

type PasskeyButtonProps = {
  mode: Mode;
  /** Where to go afterwards. */
  to?: string;
  /** Offers the passkeys in the browser's list of the field that asks for `webauthn` too. */
  autofill?: boolean;
  className?: string;
};

/** Signs in, or proves who one is, by a passkey. Not there without JavaScript, or in a browser that holds none. */
export function PasskeyButton({ mode, to, autofill = false, className = "button w-full" }: PasskeyButtonProps) {
  const [begin, end] = ACTIONS[mode];
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
    <CeremonyButton ceremony={ceremony} className={className} pending="Waiting for your passkey…">
      Use a passkey
    </CeremonyButton>
  );
}
