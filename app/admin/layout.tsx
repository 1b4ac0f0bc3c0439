import type { Metadata } from "next";
import type { ReactNode } from "react";
import { AppFrame } from "@/app/ui/app-frame";

/** Other sites never see these pages. */
export const metadata: Metadata = { openGraph: null };

export default function AdminLayout({ children }: { children: ReactNode }) {
  return <AppFrame>{children}</AppFrame>;
}
