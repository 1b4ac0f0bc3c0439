"use client";

import Link, { useLinkStatus } from "next/link";
import { usePathname } from "next/navigation";

type NavLinkProps = {
  href: string;
  children: string;
  className?: string;
  /** Whether the present page counts as this one. Unless told, its own and those below it do. */
  isHere?: boolean;
};

/**
 * A link to another page of the signed-in. It marks the present page, and shows when the next one loads. Pages have no skeletons
 * (`loading.tsx`): those would stay without JavaScript, and a refused page would be answered with 200.
 */
export function NavLink({ href, children, className = "nav-link", isHere }: NavLinkProps) {
  const path = usePathname();
  const current = isHere ?? isBelow(path, href);
  return (
    <Link href={href} prefetch={false} className={className} aria-current={current ? "page" : undefined}>
      {children}
      <Pending />
    </Link>
  );
}

/** Whether a path is that of a page, or of one below it. */
export function isBelow(path: string, page: string): boolean {
  return path === page || path.startsWith(`${page}/`);
}

function Pending() {
  const { pending } = useLinkStatus();
  return pending && <span className="nav-pending" />;
}
