import { CreatePasskeyButton } from "@/app/(auth)/passkeys/create-button";
import { Section } from "@/app/ui/section";
import type { PasskeyView } from "@/lib/auth/store/passkeys";
import { ConfirmFirst } from "../confirm-first";
import { PasskeyList, type ShownPasskey } from "./passkey-list";

/** The passkeys of the signed-in person. `fresh`: they showed just now who they are. */
export function Passkeys({ passkeys, fresh }: { passkeys: PasskeyView[]; fresh: boolean }) {
  return (
    <Section
      id="passkeys"
      title="Passkeys"
      text="Sign in with your fingerprint, face or PIN. There is no password to remember or to steal."
    >
      <div className="grid justify-items-start gap-4">
        {passkeys.length === 0 && <p className="text-sm text-muted">None yet.</p>}
        {passkeys.length > 0 && <PasskeyList passkeys={passkeys.map(shownOf)} />}
        {fresh ? (
          <CreatePasskeyButton />
        ) : (
          <div className="needs-script">
            <ConfirmFirst purpose="To create one" to="/account/security#passkeys" />
          </div>
        )}
      </div>
    </Section>
  );
}

/** What their owner is shown of one. It goes to the browser as it is. */
function shownOf({ id, label, backedUp, createdAt, lastUsedAt }: PasskeyView): ShownPasskey {
  return { id, label, backedUp, createdAt, lastUsedAt };
}
