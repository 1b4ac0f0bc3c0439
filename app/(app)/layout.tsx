import type { ReactNode } from "react";
import { AppFrame } from "@/app/ui/app-frame";

export default function AppLayout({ children }: { children: ReactNode }) {
  return <AppFrame path="/dashboard">{children}</AppFrame>;
}
