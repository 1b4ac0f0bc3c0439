import { RecoveryCodeForm, SecondStepForm } from "@/app/(auth)/authenticator/form";
import { hasAuthenticator } from "@/lib/auth/store/authenticators";
import { countRecoveryCodes } from "@/lib/auth/store/recovery-codes";

const RECOVERY_CODE = "recovery-code";

/** `way`: the parameter `with` of the page's address. `path`: the page that shows the form. */
type StepProps = { userId: string; path: "/two-factor" | "/reauthenticate"; way?: string; to?: string };

/** The form for a code of the person's authenticator app, or for a recovery code where they chose that. */
export async function TypedStep({ userId, path, way, to }: StepProps) {
  const hasApp = await hasAuthenticator(userId);
  const signsIn = path === "/two-factor";
  if (hasApp && way !== RECOVERY_CODE) return <SecondStepForm to={to} remember={signsIn} />;
  const hasCodes = hasApp || (signsIn && (await countRecoveryCodes(userId)) > 0);
  return hasCodes ? <RecoveryCodeForm to={to} remember={signsIn} /> : null;
}

/** Links the two forms, for a person with an app. */
export async function OtherWay({ userId, path, way, to }: StepProps) {
  if (!(await hasAuthenticator(userId))) return null;
  const byRecoveryCode = way === RECOVERY_CODE;
  const query = new URLSearchParams({ ...(!byRecoveryCode && { with: RECOVERY_CODE }), ...(to && { to }) });
  return (
    <p className="border-t border-line pt-5 text-sm text-muted">
      {byRecoveryCode ? "Have your phone at hand? " : "Lost your phone? "}
      <a className="link" href={`${path}?${query}`}>
        {byRecoveryCode ? "Use your authenticator app" : "Use a recovery code"}
      </a>
    </p>
  );
}
