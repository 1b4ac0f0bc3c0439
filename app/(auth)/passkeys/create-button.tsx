"use client";

import { beginPasskeyRegistrationAction, endPasskeyRegistrationAction } from "@/app/(auth)/passkeys/holder-actions";
import { CeremonyButton } from "./ceremony-button";
import { useCeremony, useSupport } from "./use-ceremony";

/** Makes a passkey for the person: in a session that showed who they are just now, or that owes the setup of a factor. */
export function CreatePasskeyButton({
  to,
  className = "button justify-self-start",
}: {
  to?: string;
  className?: string;
}) {
  const ceremony = useCeremony(beginPasskeyRegistrationAction, endPasskeyRegistrationAction, { to });
  if (!useSupport()) return null;
  return (
    <CeremonyButton ceremony={ceremony} className={className} pending="Waiting for your device…">
      Create a passkey
    </CeremonyButton>
  );
}
