import type { ReactNode } from "react";
import { Brand } from "@/app/ui/brand";

export default function DevelopmentLayout({ children }: { children: ReactNode }) {
  return (
    <div className="mx-auto grid max-w-[45rem] gap-6 px-6 pt-10 pb-20 max-sm:px-4">
      <Brand />
      {children}
    </div>
  );
}
