"use client";

import type { ReactNode } from "react";
import { Avatar } from "@/app/ui/avatar";
import { Pictogram } from "@/app/ui/pictogram";
import { Time } from "@/app/ui/time";
import type { SessionView } from "@/lib/auth/list-sessions";
import type { Permission } from "@/lib/auth/model/permissions";
import type { Identity } from "@/lib/auth-provider/identity";
import { LiveStatus } from "./live-status";

/** Where a product begins to be its own. */
const FILES = [
  { path: "app/(app)/dashboard/view.tsx", is: "This page" },
  { path: "lib/brand.ts", is: "Name, accent and mark" },
  { path: "lib/auth-provider/identity.ts", is: "What pages know of a person" },
  { path: "lib/auth/model/permissions.ts", is: "Roles, and what each may do" },
];

type DashboardProps = { identity: Identity; permissions: Permission[]; session: SessionView };

/**
 * The elements of the page. The browser has their code, so that the page carries only the values: a server component's
 * elements are written twice, as HTML and for React.
 */
export function Dashboard({ identity, permissions, session }: DashboardProps) {
  const name = identity.name || identity.email;
  return (
    <>
      <div className="flex items-center gap-4">
        <Avatar id={identity.id} name={name} src={identity.avatar} className="size-14 text-base" />
        <div className="grid min-w-0 grid-cols-1">
          <h1 className="text-xl break-words">
            Hello, <bdi>{name}</bdi>
          </h1>
          <p className="break-words text-muted">{identity.email}</p>
        </div>
      </div>
      <div className="grid grid-cols-1 gap-6 md:grid-cols-2">
        <Card id="replace" title="Make it yours" text="This page is here to be replaced. Start with these files.">
          <ul className="list">
            {FILES.map(({ path, is }) => (
              <li key={path} className="grid grid-cols-1 px-4 py-2.5">
                <code className="max-w-full justify-self-start font-mono text-sm break-words">{path}</code>
                <span className="text-sm text-muted">{is}</span>
              </li>
            ))}
          </ul>
        </Card>
        <Card id="who" title="Who you are" code="await authProvider.getIdentity()">
          <pre className="code">{JSON.stringify(identity, null, 2)}</pre>
        </Card>
        <Card id="may" title="What you may do" code="can(principal, permission)">
          {permissions.length > 0 ? (
            <ul className="flex flex-wrap gap-2">
              {permissions.map((permission) => (
                <li
                  key={permission}
                  className="badge flex items-center gap-1.5 py-0.5 font-mono whitespace-normal wrap-anywhere"
                >
                  <Pictogram name="tick" className="size-3.5 text-good" />
                  {permission}
                </li>
              ))}
            </ul>
          ) : (
            <p className="text-sm break-words text-muted">
              {identity.roles.length > 0
                ? `The role ${identity.roles.join(", ")} has no permissions yet. Give it some in lib/auth/model/permissions.ts.`
                : "An app signed this device in, so no role counts."}
            </p>
          )}
        </Card>
        <Card id="device" title="This device" code="await requirePrincipal()">
          <dl className="facts">
            <dt>Device</dt>
            <dd>{session.device}</dd>
            <dt>Signed in</dt>
            <dd>
              <Time at={session.createdAt} />
            </dd>
            {session.ip && (
              <>
                <dt>IP address</dt>
                <dd>{session.ip}</dd>
              </>
            )}
          </dl>
          <LiveStatus />
        </Card>
      </div>
    </>
  );
}

type CardProps = { id: string; title: string; text?: string; code?: string; children: ReactNode };

/** A part of the page, and what it is about: in words, or the code that asks for it. */
function Card({ id, title, text, code, children }: CardProps) {
  return (
    <section className="card grid min-w-0 grid-cols-1 content-start gap-4 p-[min(1.5rem,5vw)]" aria-labelledby={id}>
      <div className="grid grid-cols-1 gap-0.5">
        <h2 id={id}>{title}</h2>
        <p className="text-sm text-muted">{code ? <code className="font-mono break-words">{code}</code> : text}</p>
      </div>
      {children}
    </section>
  );
}
