"use client";

import { useId } from "react";
import { removePasskeyAction } from "@/app/(auth)/passkeys/holder-actions";
import { ActionButton } from "@/app/ui/action-button";
import { Time } from "@/app/ui/time";
import { RenamePasskey } from "./rename-passkey";

export type ShownPasskey = { id: string; label: string; backedUp: boolean; createdAt: Date; lastUsedAt: Date | null };

export function PasskeyList({ passkeys }: { passkeys: ShownPasskey[] }) {
  return (
    <ul className="list w-full">
      {passkeys.map((passkey) => (
        <Row key={passkey.id} passkey={passkey} />
      ))}
    </ul>
  );
}

function Row({ passkey: { id, label, backedUp, createdAt, lastUsedAt } }: { passkey: ShownPasskey }) {
  const name = useId();
  return (
    <li className="grid gap-3 px-4 py-3">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 flex-[1_1_9rem]">
          <p className="font-strong break-words">
            <span id={name}>{label}</span> {backedUp && <span className="badge">Synced</span>}
          </p>
          <p className="text-sm text-muted">
            Added <Time at={createdAt} />
            &nbsp;·{" "}
            {lastUsedAt ? (
              <>
                last used <Time at={lastUsedAt} />
              </>
            ) : (
              "not used yet"
            )}
          </p>
        </div>
        <ActionButton action={removePasskeyAction} fields={{ passkeyId: id }} pending="Removing…">
          Remove
        </ActionButton>
      </div>
      <RenamePasskey id={id} label={label} describedBy={name} />
    </li>
  );
}
