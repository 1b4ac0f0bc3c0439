"use client";

import { removeAuthenticatorAction } from "@/app/(auth)/authenticator/actions";
import { ActionButton } from "@/app/ui/action-button";
import { Time } from "@/app/ui/time";

export type ShownAuthenticator = { id: string; label: string; createdAt: Date; lastUsedAt: Date | null };

export function AuthenticatorList({ authenticators }: { authenticators: ShownAuthenticator[] }) {
  return (
    <ul className="list w-full">
      {authenticators.map((authenticator) => (
        <Row key={authenticator.id} authenticator={authenticator} />
      ))}
    </ul>
  );
}

function Row({ authenticator: { id, label, createdAt, lastUsedAt } }: { authenticator: ShownAuthenticator }) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-[1_1_9rem]">
        <p className="font-strong">{label}</p>
        <p className="text-sm text-muted">
          Added <Time at={createdAt} />
          {lastUsedAt && (
            <>
              &nbsp;· last used <Time at={lastUsedAt} />
            </>
          )}
        </p>
      </div>
      <ActionButton action={removeAuthenticatorAction} fields={{ authenticatorId: id }} pending="Removing…">
        Remove
      </ActionButton>
    </li>
  );
}
