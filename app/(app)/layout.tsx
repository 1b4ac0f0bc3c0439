import type { Metadata } from "next";
import type { ReactNode } from "react";
import { PasskeyOffer } from "@/app/(auth)/passkeys/offer";
import { AppFrame } from "@/app/ui/app-frame";

/** Other sites never see these pages. */
export const metadata: Metadata = { openGraph: null };

export default function AppLayout({ children }: { children: ReactNode }) {
  return (
    <AppFrame>
      {children}
      <PasskeyOffer />
    </AppFrame>
  );
}
