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

/** Signs in, or proves who one is, by a passkey. Not there without JavaScript, or in a browser that holds none. */
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
