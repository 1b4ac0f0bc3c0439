import type { ReactNode } from "react";
import { AppFrame } from "@/app/ui/app-frame";

export default function AdminLayout({ children }: { children: ReactNode }) {
  return <AppFrame>{children}</AppFrame>;
}
