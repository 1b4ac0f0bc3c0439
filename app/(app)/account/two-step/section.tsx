import { removeAuthenticatorAction } from "@/app/(auth)/authenticator/actions";
import { ActionButton } from "@/app/ui/action-button";
import { Section } from "@/app/ui/section";
import { Time } from "@/app/ui/time";
import type { Principal } from "@/lib/auth/model/principal";
import { listConfirmed } from "@/lib/auth/store/authenticators";
import { countRecoveryCodes } from "@/lib/auth/store/recovery-codes";
import type { Authenticator } from "@/prisma/client/client";
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
        {authenticators.length > 0 && (
          <ul className="list w-full">
            {authenticators.map((authenticator) => (
              <Row key={authenticator.id} authenticator={authenticator} />
            ))}
          </ul>
        )}
        <SetUp>{authenticators.length > 0 ? "Add another app" : "Set up an authenticator app"}</SetUp>
        {isOn && <NewRecoveryCodes left={await countRecoveryCodes(userId)} />}
      </div>
    </Section>
  );
}

function Row({ authenticator: { id, label, createdAt, lastUsedAt } }: { authenticator: Authenticator }) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-3">
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
  );
}

function SetUp({ children }: { children: string }) {
  return (
    <a className="button" href="/two-factor/setup">
      {children}
    </a>
  );
}
