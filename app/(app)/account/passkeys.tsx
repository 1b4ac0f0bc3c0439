import { CreatePasskeyButton } from "@/app/(auth)/passkeys/create-button";
import { removePasskeyAction } from "@/app/(auth)/passkeys/holder-actions";
import { ActionButton } from "@/app/ui/action-button";
import { Section } from "@/app/ui/section";
import { Time } from "@/app/ui/time";
import type { Principal } from "@/lib/auth/model/principal";
import { listPasskeys, type PasskeyView } from "@/lib/auth/store/passkeys";
import { ConfirmFirst } from "./confirm-first";
import { RenamePasskey } from "./rename-passkey";

/** The passkeys of the signed-in person. `fresh`: they showed just now who they are. */
export async function Passkeys({ principal, fresh }: { principal: Principal; fresh: boolean }) {
  const passkeys = await listPasskeys(principal.userId);
  return (
    <Section
      id="passkeys"
      title="Passkeys"
      text="Sign in with your fingerprint, face or PIN. There is no password to remember or to steal."
    >
      <div className="grid justify-items-start gap-4">
        {passkeys.length === 0 && <p className="text-sm text-muted">None yet.</p>}
        {passkeys.length > 0 && (
          <ul className="list w-full">
            {passkeys.map((passkey) => (
              <Row key={passkey.id} passkey={passkey} />
            ))}
          </ul>
        )}
        {fresh ? (
          <CreatePasskeyButton />
        ) : (
          <div className="needs-script">
            <ConfirmFirst purpose="To create one" section="passkeys" />
          </div>
        )}
      </div>
    </Section>
  );
}

function Row({ passkey: { id, label, backedUp, createdAt, lastUsedAt } }: { passkey: PasskeyView }) {
  return (
    <li className="grid gap-3 px-4 py-3">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <p className="font-strong break-words">
            {label}
            {backedUp && <span className="badge ms-2">Synced</span>}
          </p>
          <p className="text-sm text-muted">
            added <Time at={createdAt} /> ·{" "}
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
      <RenamePasskey id={id} label={label} />
    </li>
  );
}
