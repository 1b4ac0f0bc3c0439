"use client";

import Link from "next/link";
import { logoutAction } from "@/app/(auth)/actions";
import type { Permission } from "@/lib/auth/model/permissions";
import type { Identity } from "@/lib/auth-provider/identity";
import { ActionButton } from "./action-button";
import { Avatar } from "./avatar";
import { Brand } from "./brand";
import { Drawing } from "./icons";
import { Menu } from "./menu";
import { NavLink } from "./nav-link";
import { ThemeSwitch } from "./theme-switch";

/** The header's links, each for people with its permission. Links about the person stand in the menu only. */
const LINKS: { href: string; label: string; permission: Permission | null; inMenuOnly?: boolean }[] = [
  { href: "/dashboard", label: "Dashboard", permission: null },
  { href: "/account", label: "Account", permission: null, inMenuOnly: true },
  { href: "/admin", label: "Admin", permission: "user:list" },
];

const CHEVRON = "m4.5 6.25 3.5 3.5 3.5-3.5";

type HeaderProps = { identity: Identity; permissions: Permission[] };

/**
 * The top of every signed-in page, with the person's menu. It is browser code: a browser loads it once for all pages, and a
 * page then carries only its values. A server component's elements are sent twice, as HTML and for React.
 */
export function Header({ identity, permissions }: HeaderProps) {
  const { name } = identity;
  const links = LINKS.filter(({ permission }) => permission === null || permissions.includes(permission));
  return (
    <header className="border-b border-line bg-surface">
      <a href="#main" className="button button-small skip-link">
        Skip to content
      </a>
      <div className="frame flex min-h-14 flex-wrap items-center gap-x-6">
        <Link href="/dashboard" prefetch={false} className="flex rounded-control">
          <Brand />
        </Link>
        <nav aria-label="Site" className="flex gap-1 max-sm:hidden">
          {links
            .filter(({ inMenuOnly }) => !inMenuOnly)
            .map(({ href, label }) => (
              <NavLink key={href} href={href}>
                {label}
              </NavLink>
            ))}
        </nav>
        <button type="button" popoverTarget="menu" className="menu-button ms-auto">
          <Avatar id={identity.id} name={name} src={identity.avatar} />
          <bdi className="max-w-48 truncate max-sm:sr-only">{name}</bdi>
          <span className="sr-only">, menu</span>
          <Drawing path={CHEVRON} className="size-4 text-muted max-sm:hidden" />
        </button>
        <Menu id="menu">
          <div className="grid border-b border-line px-4 py-3 text-sm">
            <bdi className="truncate font-strong">{name}</bdi>
            <span className="truncate text-muted">{identity.email}</span>
          </div>
          <ThemeSwitch />
          <div className="grid p-1.5">
            {links.map(({ href, label, inMenuOnly }) => (
              <NavLink key={href} href={href} className={`menu-item ${inMenuOnly ? "" : "sm:hidden"}`}>
                {label}
              </NavLink>
            ))}
            <ActionButton action={logoutAction} pending="Signing out…" className="menu-item">
              Sign out
            </ActionButton>
          </div>
        </Menu>
      </div>
    </header>
  );
}
