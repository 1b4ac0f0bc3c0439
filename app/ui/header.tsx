import Link from "next/link";
import { logoutAction } from "@/app/(auth)/actions";
import { can, type Permission } from "@/lib/auth/model/permissions";
import type { Principal } from "@/lib/auth/model/principal";
import type { Identity } from "@/lib/auth-provider/identity";
import { ActionButton } from "./action-button";
import { Avatar } from "./avatar";
import { Brand } from "./brand";
import { Icon } from "./icons";
import { Menu } from "./menu";

/** Where the menu leads, for those who have the permission. */
const LINKS: { href: string; label: string; permission: Permission | null }[] = [
  { href: "/account", label: "Account", permission: null },
  { href: "/admin", label: "Admin", permission: "user:list" },
];

type HeaderProps = { identity: Identity; principal: Principal };

/** The top of every signed-in page: whose session this is, and the way out. */
export function Header({ identity, principal }: HeaderProps) {
  const name = identity.name || identity.email;
  const links = LINKS.filter(({ permission }) => permission === null || can(principal, permission));
  return (
    <header className="frame">
      <div className="flex h-16 items-center justify-between gap-4 border-b border-line">
        <Link href="/dashboard" prefetch={false} className="flex rounded-control">
          <Brand />
        </Link>
        <button type="button" popoverTarget="menu" className="menu-button">
          <Avatar id={identity.id} name={name} src={identity.avatar} />
          <bdi className="max-w-48 truncate max-sm:sr-only">{name}</bdi>
          <span className="sr-only">: menu</span>
          <Icon name="chevron" className="size-4 text-muted max-sm:hidden" />
        </button>
        <Menu id="menu">
          <div className="grid border-b border-line px-4 py-3 text-sm">
            <bdi className="truncate font-strong">{name}</bdi>
            <span className="truncate text-muted">{identity.email}</span>
          </div>
          <div className="grid p-1.5">
            {links.map(({ href, label }) => (
              <Link key={href} href={href} prefetch={false} className="menu-item">
                {label}
              </Link>
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
