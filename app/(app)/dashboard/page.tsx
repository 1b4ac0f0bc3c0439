import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { Avatar } from "@/app/ui/avatar";
import { Pictogram } from "@/app/ui/pictogram";
import { Time } from "@/app/ui/time";
import { viewSession } from "@/lib/auth/list-sessions";
import { permissionsOf } from "@/lib/auth/model/permissions";
import { authProvider } from "@/lib/auth-provider/server";
import { requirePrincipal } from "@/lib/web/current-principal";
import { Card } from "./card";
import { LiveStatus } from "./live-status";

export const metadata: Metadata = { title: "Dashboard" };

/** Where a product begins to be its own. */
const FILES = [
  { path: "app/(app)/dashboard/page.tsx", is: "this page" },
  { path: "lib/brand.ts", is: "name, accent and mark" },
  { path: "lib/auth-provider/identity.ts", is: "what pages know of a person" },
  { path: "lib/auth/model/permissions.ts", is: "roles, and what each may do" },
];

/** A page to replace. It shows what yours has to work with. */
export default async function DashboardPage() {
  const principal = await requirePrincipal("/dashboard");
  const [identity, session] = await Promise.all([authProvider.getIdentity(), viewSession(principal)]);
  if (!identity || !session) redirect("/login");
  const name = identity.name || identity.email;
  const permissions = permissionsOf(principal);
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
      <div className="grid grid-cols-1 items-start gap-6 md:grid-cols-2">
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
              The role {identity.roles.join(", ")} has no permissions yet. Give it some in
              lib/auth/model/permissions.ts.
            </p>
          )}
        </Card>
        <Card id="session" title="This session" code='await requirePrincipal("/dashboard")'>
          <dl className="facts">
            <dt>Device</dt>
            <dd>{session.device}</dd>
            <dt>Signed in</dt>
            <dd>
              <Time at={session.createdAt} />
            </dd>
            {session.ip && (
              <>
                <dt>Address</dt>
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
