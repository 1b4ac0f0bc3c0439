import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { Time } from "@/app/ui/time";
import { findMail } from "@/lib/mail/mailbox";
import { developmentOnly } from "../../development-only";

export const metadata: Metadata = { title: "Mail", robots: { index: false } };

/** One mail: its code and link first, then both its parts as they would have gone out. */
export default async function MailPage({ params }: { params: Promise<{ id: string }> }) {
  developmentOnly();
  const mail = await findMail((await params).id);
  if (!mail) notFound();
  return (
    <main className="grid gap-6">
      <header className="grid gap-1.5">
        <Link className="link justify-self-start text-sm" href="/dev/mailbox">
          All mail
        </Link>
        <h1 className="text-xl">{mail.subject}</h1>
        <p className="break-words text-muted">
          To {mail.to}, <Time at={new Date(mail.at)} />
        </p>
      </header>
      {(mail.code || mail.url) && (
        <section className="card flex flex-wrap items-center justify-between gap-4 p-4" aria-label="What to use">
          {mail.code && <strong className="font-mono text-xl tracking-widest">{mail.code}</strong>}
          {mail.url && (
            <a className="button button-primary" href={mail.url}>
              Open the link
            </a>
          )}
          {mail.url && <p className="w-full font-mono text-sm break-all text-muted">{mail.url}</p>}
        </section>
      )}
      <Part title="HTML">
        {/* Its own document under its own policy: a mail is styled inline, which our pages do not allow. */}
        <iframe
          className="h-160 w-full"
          src={`/dev/mailbox/${mail.id}/html`}
          title="The HTML part of this mail"
          sandbox="allow-popups allow-popups-to-escape-sandbox"
        />
      </Part>
      <Part title="Text">
        <pre className="p-4 font-mono text-sm break-words whitespace-pre-wrap">{mail.text}</pre>
      </Part>
    </main>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid gap-2">
      <h2>{title}</h2>
      <div className="card overflow-hidden">{children}</div>
    </section>
  );
}
