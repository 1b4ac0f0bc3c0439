import type { Metadata } from "next";
import Link from "next/link";
import { Time } from "@/app/ui/time";
import { env } from "@/lib/env";
import { type KeptMail, listMails } from "@/lib/mail/mailbox";
import { developmentOnly } from "../development-only";

export const metadata: Metadata = { title: "Mailbox", robots: { index: false } };

/** The mail of this machine to all addresses, newest first. */
export default async function MailboxPage() {
  developmentOnly();
  const mails = await listMails();
  return (
    <main className="grid gap-6">
      <header className="flex items-start justify-between gap-4">
        <div className="grid gap-1.5">
          <h1 className="text-xl">Mailbox</h1>
          <p className="text-muted">
            {env().RESEND_API_KEY
              ? "RESEND_API_KEY is set, so new mail goes out through Resend and not here."
              : "Mail stays on this machine while you develop. In production, Resend delivers it."}
          </p>
        </div>
        <a className="button button-small" href="/dev/mailbox">
          Refresh
        </a>
      </header>
      {mails.length > 0 ? <MailList mails={mails} /> : <NoMail />}
    </main>
  );
}

function MailList({ mails }: { mails: KeptMail[] }) {
  return (
    <ol className="card divide-y divide-line overflow-hidden">
      {mails.map(({ id, subject, to, at, code }) => (
        <li key={id}>
          <Link
            className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 px-4 py-3 -outline-offset-2 hover:bg-subtle"
            href={`/dev/mailbox/${id}`}
            prefetch={false}
          >
            <span className="truncate font-strong">{subject}</span>
            <span className="text-right text-sm text-muted">
              <Time at={new Date(at)} />
            </span>
            <span className="truncate text-sm text-muted">{to}</span>
            {code && <span className="text-right font-mono text-sm">{code}</span>}
          </Link>
        </li>
      ))}
    </ol>
  );
}

function NoMail() {
  return (
    <div className="card grid justify-items-center gap-1.5 px-6 py-16 text-center">
      <h2>No mail yet</h2>
      <p className="text-muted">
        <Link className="link" href="/register">
          Create an account
        </Link>{" "}
        or{" "}
        <Link className="link" href="/forgot-password">
          ask for a reset link
        </Link>
        , and the mail lands here.
      </p>
    </div>
  );
}
