import { beginPasskeySignInAction, endPasskeySignInAction } from "@/app/(auth)/passkeys/actions";
import { beginPasskeyProofAction, endPasskeyProofAction } from "@/app/(auth)/passkeys/holder-actions";
import { Pictogram } from "@/app/ui/pictogram";
import { UsePasskey, type UsePasskeyProps } from "./use-passkey";

const PROOF = { begin: beginPasskeyProofAction, end: endPasskeyProofAction };
const ACTIONS = {
  "sign-in": { begin: beginPasskeySignInAction, end: endPasskeySignInAction },
  "second-step": PROOF,
  reauthenticate: PROOF,
};

type PasskeyButtonProps = Pick<UsePasskeyProps, "to" | "autofill"> & { mode: keyof typeof ACTIONS };

/** Signs in by a passkey, or proves who the person is. Hidden without JavaScript, and in browsers without passkeys. */
export function PasskeyButton({ mode, ...wishes }: PasskeyButtonProps) {
  return (
    <UsePasskey {...ACTIONS[mode]} {...wishes}>
      <span className="button-inside">
        <Pictogram name="key" />
        Use a passkey
      </span>
    </UsePasskey>
  );
}
