"use client";

import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { isBelow, NavLink } from "@/app/ui/nav-link";

const PAGES = [
  { href: "/account", label: "Personal details" },
  { href: "/account/security", label: "Security" },
  { href: "/account/devices", label: "Devices and activity", holds: "/account/activity" },
  { href: "/account/data", label: "Data and deletion" },
];

/** What the pages of /account share: their title, and the way from one to the other. */
export default function AccountLayout({ children }: { children: ReactNode }) {
  const path = usePathname();
  const here = PAGES.findLast(({ href, holds = href }) => isBelow(path, href) || isBelow(path, holds));
  return (
    <div className="grid grid-cols-1 items-start gap-x-12 gap-y-6 md:grid-cols-[10rem_minmax(0,1fr)]">
      <h1 className="text-xl md:col-span-2">Account</h1>
      {/* Unfolds the list where it would fill the screen. A new page folds it again. */}
      <details key={path} className="section-fold">
        <summary>{here?.label}</summary>
      </details>
      <nav aria-label="Account" className="section-nav">
        {PAGES.map(({ href, label }) => (
          <NavLink key={href} href={href} isHere={href === here?.href}>
            {label}
          </NavLink>
        ))}
      </nav>
      <div className="grid grid-cols-1 gap-10">{children}</div>
    </div>
  );
}
