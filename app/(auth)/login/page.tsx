import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { PasskeyButton } from "@/app/(auth)/passkeys/button";
import { AuthCard } from "@/app/ui/auth-card";
import { Notice } from "@/app/ui/notice";
import { Pictogram } from "@/app/ui/pictogram";
import { ProviderButtons } from "@/app/ui/provider-buttons";
import { destination, param, type SearchParams } from "@/app/ui/search-params";
import { env } from "@/lib/env";
import { keepInStock } from "@/lib/stock";
import { currentPrincipal } from "@/lib/web/current-principal";
import { safeRedirect, withTo } from "@/lib/wire/safe-redirect";
import { LoginForm } from "./form";

export const metadata: Metadata = { title: "Sign in" };

/** What `?message=` may say. Only these: an address must not be able to put words on this page. */
const MESSAGES = new Map([
  ["signed-out", "You have signed out."],
  ["session-ended", "Your session has ended. Sign in again to continue."],
  ["reset", "Your password is set. Sign in with it."],
  ["verified", "Your email is confirmed. Sign in to continue."],
  ["email-changed", "Your email has been changed. Sign in with the new address."],
  [
    "email-kept",
    "Your email hasn’t changed and all devices were signed out. If you didn’t request the change, set a new password.",
  ],
  [
    "email-claimed",
    "Your email hasn’t changed. All devices were signed out and the password was removed: choose “Forgot password?” to set a new one.",
  ],
  ["factors-kept", "Your passkeys and authenticator apps stay. Nothing was removed."],
  [
    "disowned",
    "Every device is signed out, and your password no longer works. Open the link we emailed you to set a new one.",
  ],
  ["account-deleted", "Your account has been deleted."],
]);

export default async function LoginPage({ searchParams }: { searchParams: SearchParams }) {
  const to = await destination(searchParams);
  if (await currentPrincipal()) redirect(safeRedirect(to));
  keepInStock("/login", MESSAGES.keys());
  const message = MESSAGES.get((await param(searchParams, "message")) ?? "");
  return (
    <>
      <AuthCard
        title="Sign in"
        footer={
          env().AUTH_ALLOW_SIGNUP && (
            <>
              New here?{" "}
              <a className="link" href={withTo("/register", to)}>
                Create an account
              </a>
            </>
          )
        }
      >
        {message && <Notice tone="info">{message}</Notice>}
        <LoginForm to={to} />
        <ProviderButtons to={to}>
          <PasskeyButton mode="sign-in" to={to} autofill />
          <a className="button w-full" href={withTo("/sign-in-code/address", to)}>
            <span className="button-inside">
              <Pictogram name="mail" />
              Email me a code
            </span>
          </a>
        </ProviderButtons>
      </AuthCard>
      {await demoAccounts()}
    </>
  );
}

/** Imported only where it is shown: in production nothing of it is loaded. */
async function demoAccounts() {
  if (env().production) return null;
  const { DemoAccounts } = await import("./demo-accounts");
  return <DemoAccounts />;
}
