import { removeAuthenticatorAction } from "@/app/(auth)/authenticator/actions";
import { ActionButton } from "@/app/ui/action-button";
import { Time } from "@/app/ui/time";
import { listConfirmed } from "@/lib/auth/store/authenticators";
import { countRecoveryCodes } from "@/lib/auth/store/recovery-codes";
import { NewRecoveryCodes } from "./new-recovery-codes";

/** The authenticator apps and recovery codes of the signed-in person. */
export async function TwoStep({ userId }: { userId: string }) {
  const authenticators = await listConfirmed(userId);
  const codesLeft = await countRecoveryCodes(userId);
  if (authenticators.length === 0)
    return (
      <div className="grid justify-items-start gap-4">
        <p className="text-muted">Off.</p>
        <SetUp>Set up an authenticator app</SetUp>
      </div>
    );
  return (
    <div className="grid justify-items-start gap-4">
      <ul className="card w-full divide-y divide-line">
        {authenticators.map(({ id, label, createdAt, lastUsedAt }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-3">
            <div className="min-w-0">
              <p className="font-strong">{label}</p>
              <p className="text-sm text-muted">
                added <Time at={createdAt} />
                {lastUsedAt && (
                  <>
                    {" "}
                    · last used <Time at={lastUsedAt} />
                  </>
                )}
              </p>
            </div>
            <ActionButton action={removeAuthenticatorAction} fields={{ authenticatorId: id }} pending="Removing…">
              Remove
            </ActionButton>
          </li>
        ))}
      </ul>
      <SetUp>Add another app</SetUp>
      <NewRecoveryCodes left={codesLeft} />
    </div>
  );
}

function SetUp({ children }: { children: string }) {
  return (
    <a className="button" href="/two-factor/setup">
      {children}
    </a>
  );
}
