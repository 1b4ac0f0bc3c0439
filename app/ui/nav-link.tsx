"use client";

import Link, { useLinkStatus } from "next/link";
import { usePathname } from "next/navigation";

type NavLinkProps = { href: string; children: string; className?: string };

/**
 * A link to another page of the signed-in. It marks the present page, and shows when the next one loads. Pages have no skeletons
 * (`loading.tsx`): those would stay without JavaScript, and a refused page would be answered with 200.
 */
export function NavLink({ href, children, className = "nav-link" }: NavLinkProps) {
  const path = usePathname();
  const isHere = path === href || path.startsWith(`${href}/`);
  return (
    <Link href={href} prefetch={false} className={className} aria-current={isHere ? "page" : undefined}>
      {children}
      <Pending />
    </Link>
  );
}

function Pending() {
  const { pending } = useLinkStatus();
  return pending && <span className="nav-pending" />;
}
