import type { ReactNode } from "react";
import { PasskeyOffer } from "@/app/(auth)/passkeys/offer";
import { AppFrame } from "@/app/ui/app-frame";

export default function AppLayout({ children }: { children: ReactNode }) {
  return (
    <AppFrame>
      {children}
      <PasskeyOffer />
    </AppFrame>
  );
}
