import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { Avatar } from "@/app/ui/avatar";
import { Time } from "@/app/ui/time";
import { listSessionViews } from "@/lib/auth/list-sessions";
import { authProvider } from "@/lib/auth-provider/server";
import { requirePrincipal } from "@/lib/web/current-principal";
import { LiveStatus } from "./live-status";

export const metadata: Metadata = { title: "Dashboard" };

export default async function DashboardPage() {
  const principal = await requirePrincipal("/dashboard");
  const [identity, sessions] = await Promise.all([authProvider.getIdentity(), listSessionViews(principal)]);
  const session = sessions.find(({ current }) => current);
  if (!identity || !session) redirect("/login");
  const name = identity.name || identity.email;
  return (
    <>
      <h1 className="text-xl">
        Hello, <bdi>{name}</bdi>
      </h1>
      <div className="grid items-start gap-6 md:grid-cols-2">
        <section className="card grid gap-5 p-6" aria-labelledby="who">
          <h2 id="who">Who you are</h2>
          <div className="flex items-center gap-3">
            <Avatar id={identity.id} name={name} src={identity.avatar} className="size-12" />
            <div className="grid min-w-0">
              <bdi className="truncate font-strong">{name}</bdi>
              <span className="truncate text-sm text-muted">{identity.email}</span>
            </div>
          </div>
          <dl className="facts">
            <dt>Roles</dt>
            <dd>{identity.roles.join(", ") || "None"}</dd>
            <dt>User id</dt>
            <dd className="font-mono text-sm break-all">{identity.id}</dd>
          </dl>
        </section>
        <section className="card grid gap-5 p-6" aria-labelledby="session">
          <h2 id="session">This session</h2>
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
        </section>
      </div>
    </>
  );
}
