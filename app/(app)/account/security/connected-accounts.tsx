import { connectAccountAction, disconnectAccountAction } from "@/app/(app)/actions";
import { ActionButton } from "@/app/ui/action-button";
import { FormButton } from "@/app/ui/form-button";
import { ProviderMark } from "@/app/ui/provider-mark";
import { Time } from "@/app/ui/time";
import type { Connection } from "@/lib/oauth/connections";
import { ConfirmFirst } from "../confirm-first";

const ANNOUNCED_MINUTES = 2;

type ConnectedAccountsProps = {
  connections: Connection[];
  available: { id: string; name: string }[];
  /** Whether the person signed in a moment ago, as connecting asks for. */
  fresh: boolean;
};

/** The third parties that are connected with this account, and those that could be. */
export function ConnectedAccounts({ connections, available, fresh }: ConnectedAccountsProps) {
  return (
    <div className="grid gap-4">
      {connections.length === 0 && <p className="text-sm text-muted">None yet.</p>}
      {connections.length > 0 && (
        <ul className="list">
          {connections.map(({ id, provider, name, label, connectedAt }) => (
            <li key={id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-3">
              <div className="min-w-0 flex-[1_1_9rem]">
                <p className="flex items-center gap-2 font-strong">
                  <ProviderMark provider={provider} />
                  {name}
                </p>
                <p className="text-sm break-words text-muted">
                  Connected <Time at={connectedAt} />
                  {label && <>&nbsp;· {label}</>}
                </p>
              </div>
              <ActionButton action={disconnectAccountAction} fields={{ accountId: id }} pending="Disconnecting…">
                Disconnect
              </ActionButton>
            </li>
          ))}
        </ul>
      )}
      {available.length > 0 &&
        (fresh ? (
          <Connect providers={available} />
        ) : (
          <ConfirmFirst purpose="To connect one" to="/account/security#connected-accounts" />
        ))}
    </div>
  );
}

function Connect({ providers }: { providers: { id: string; name: string }[] }) {
  return (
    <ul className="grid gap-3 sm:flex sm:flex-wrap">
      {providers.map(({ id, name }) => (
        <li key={id}>
          <FormButton action={connectAccountAction} fields={{ provider: id }} pending="Continuing…" className="button">
            <ProviderMark provider={id} />
            {`Connect ${name}`}
          </FormButton>
        </li>
      ))}
    </ul>
  );
}

/** What to tell a person who comes back from connecting an account; nothing unless one was connected just now. */
export function connectedMessage(connections: Connection[]): string | undefined {
  const newest = connections.at(-1);
  if (!newest || Date.now() - newest.connectedAt.getTime() > ANNOUNCED_MINUTES * 60_000) return undefined;
  return `${newest.name} is connected: from now on you can sign in with it.`;
}
