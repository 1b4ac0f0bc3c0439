"use client";

import { usePathname } from "next/navigation";
import { useEffect, useState } from "react";
import { declinePasskeyOfferAction } from "@/app/(auth)/passkeys/holder-actions";
import { ActionButton } from "@/app/ui/action-button";
import { CreatePasskeyButton } from "./create-button";
import { useSupport } from "./use-ceremony";

/** Where a person makes one without an offer. */
const PLACE = "/account/security";

/** Lies over the page, so that nothing moves, and only where the device itself can hold a passkey. */
export function OfferCard() {
  const path = usePathname();
  const supported = useSupport();
  const [canHold, setCanHold] = useState(false);
  useEffect(() => {
    if (!supported) return;
    PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().then(setCanHold, () => undefined);
  }, [supported]);
  if (!canHold || path === PLACE) return null;
  return (
    <section
      aria-labelledby="passkey-offer"
      className="card fixed inset-x-4 bottom-4 grid gap-4 p-5 shadow-lg sm:start-auto sm:end-6 sm:bottom-6 sm:w-[23rem]"
    >
      <div className="grid gap-1">
        <h2 id="passkey-offer">Sign in faster next time</h2>
        <p className="text-sm text-muted">
          With a passkey your fingerprint, face or PIN signs you in. No password to type.
        </p>
      </div>
      <div className="flex flex-wrap items-start gap-2">
        <CreatePasskeyButton className="button button-primary button-small" />
        <ActionButton action={declinePasskeyOfferAction} pending="One moment…">
          Not now
        </ActionButton>
      </div>
    </section>
  );
}
