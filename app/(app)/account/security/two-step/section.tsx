import { Section } from "@/app/ui/section";
import type { Authenticator } from "@/prisma/client/client";
import { AuthenticatorList, type ShownAuthenticator } from "./authenticator-list";
import { NewRecoveryCodes } from "./new-recovery-codes";

type TwoStepProps = { isOn: boolean; authenticators: Authenticator[]; recoveryCodesLeft: number };

/** The authenticator apps and recovery codes of the signed-in person. */
export function TwoStep({ isOn, authenticators, recoveryCodesLeft }: TwoStepProps) {
  return (
    <Section
      id="two-step"
      title="Two-step sign-in"
      text="After your password, you enter a code from an app on your phone. A stolen password alone is then not enough."
    >
      <div className="grid justify-items-start gap-4">
        {!isOn && <p className="text-sm text-muted">Off.</p>}
        {authenticators.length > 0 && <AuthenticatorList authenticators={authenticators.map(shownOf)} />}
        <SetUp>{authenticators.length > 0 ? "Add another app" : "Set up an authenticator app"}</SetUp>
        {isOn && <NewRecoveryCodes left={recoveryCodesLeft} />}
      </div>
    </Section>
  );
}

function SetUp({ children }: { children: string }) {
  return (
    <a className="button" href="/two-factor/setup">
      {children}
    </a>
  );
}

/** What its owner is shown of an authenticator: the browser gets no secret, sealed or not. */
function shownOf({ id, label, createdAt, lastUsedAt }: Authenticator): ShownAuthenticator {
  return { id, label, createdAt, lastUsedAt };
}
