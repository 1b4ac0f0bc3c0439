import type { Metadata } from "next";
import { disownActivityAction } from "@/app/(app)/account/activity/actions";
import { Entry } from "@/app/(app)/account/activity/list";
import { ActionButton } from "@/app/ui/action-button";
import { Notice } from "@/app/ui/notice";
import { param, type SearchParams } from "@/app/ui/search-params";
import { describeDisowned } from "@/lib/auth/activity/list-activity";
import { requireFresh } from "@/lib/auth/steps/reauthenticate";
import { findPasswordHash } from "@/lib/auth/store/credentials";
import { nameOfProvider } from "@/lib/oauth/registry";
import { RESET_TTL_MINUTES } from "@/lib/validity";
import { requirePrincipal } from "@/lib/web/current-principal";

export const metadata: Metadata = { title: "This was not me", robots: { index: false } };

export default async function NotMePage({ searchParams }: { searchParams: SearchParams }) {
  const eventId = (await param(searchParams, "event")) ?? "";
  const here = `/account/activity/not-me?${new URLSearchParams({ event: eventId })}`;
  const principal = await requirePrincipal();
  const { entry, added } = await describeDisowned(principal, eventId, nameOfProvider);
  const hasPassword = (await findPasswordHash(principal.userId)) !== null;
  const fresh = (await requireFresh(principal)).ok;
  return (
    <div className="grid max-w-2xl gap-6">
      <h2>This was not me</h2>
      {entry && (
        <div className="card px-4 py-3">
          <Entry entry={entry} />
        </div>
      )}
      <div className="grid gap-2">
        <p>If a stranger was in your account, shut them out. This is what happens then:</p>
        <ul className="grid list-disc gap-1 ps-5">
          <li>Every device and app is signed out, this one too.</li>
          {hasPassword && <li>Your password stops working, in case the stranger knows it.</li>}
          <li>
            We email <strong className="break-words">{principal.email}</strong> a link to set a new password. It works
            for {RESET_TTL_MINUTES} minutes. If the stranger can read that mailbox, secure it first.
          </li>
        </ul>
      </div>
      <p>
        Your passkeys, authenticator apps, recovery codes and connected accounts stay. A stranger who added one can come
        back with it, so{" "}
        <a className="link" href="/account/security">
          remove or replace those you don’t recognize
        </a>{" "}
        first.
      </p>
      {added.length > 0 && (
        <Notice tone="error">
          Added since then: {added.join(", ")}. If that was not you, remove or replace it first.
        </Notice>
      )}
      <div className="flex flex-wrap items-end gap-3">
        {fresh ? (
          <ActionButton action={disownActivityAction} pending="Signing out…" className="button button-danger">
            Sign out everywhere and email me a link
          </ActionButton>
        ) : (
          <a className="button button-primary" href={`/reauthenticate?${new URLSearchParams({ to: here })}`}>
            Confirm that it is you
          </a>
        )}
        <a className="button" href="/account/activity">
          Cancel
        </a>
      </div>
      {!fresh && (
        <p className="text-sm text-muted">
          If you can’t confirm it,{" "}
          <a className="link" href="/account/devices#devices">
            sign out all other devices
          </a>
          , and then{" "}
          <a className="link" href="/forgot-password">
            set a new password by email
          </a>
          .
        </p>
      )}
    </div>
  );
}
