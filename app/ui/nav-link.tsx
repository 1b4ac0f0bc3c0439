"use client";

import Link, { useLinkStatus } from "next/link";
import { usePathname } from "next/navigation";

/** A way to another page of the signed-in, which says where one is, and that the page is on its way. */
export function NavLink({ href, children }: { href: string; children: string }) {
  const path = usePathname();
  const isHere = path === href || path.startsWith(`${href}/`);
  return (
    <Link href={href} prefetch={false} className="nav-link" aria-current={isHere ? "page" : undefined}>
      {children}
      <Pending />
    </Link>
  );
}

function Pending() {
  const { pending } = useLinkStatus();
  return pending && <span className="nav-pending" />;
}
