import { Section } from "@/app/ui/section";
import type { Principal } from "@/lib/auth/model/principal";
import { listConfirmed } from "@/lib/auth/store/authenticators";
import { countRecoveryCodes } from "@/lib/auth/store/recovery-codes";
import type { Authenticator } from "@/prisma/client/client";
import { AuthenticatorList, type ShownAuthenticator } from "./authenticator-list";
import { NewRecoveryCodes } from "./new-recovery-codes";

/** The authenticator apps and recovery codes of the signed-in person. */
export async function TwoStep({ principal, isOn }: { principal: Principal; isOn: boolean }) {
  const { userId } = principal;
  const authenticators = await listConfirmed(userId);
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
        {isOn && <NewRecoveryCodes left={await countRecoveryCodes(userId)} />}
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
