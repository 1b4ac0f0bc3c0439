import type { ReactNode } from "react";
import { AuthFrame } from "@/app/ui/auth-card";

export default function AuthLayout({ children }: { children: ReactNode }) {
  return <AuthFrame>{children}</AuthFrame>;
}
