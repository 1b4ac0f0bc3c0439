"use client";

import type { ReactNode } from "react";
import { confirmAuthenticatorAction, startAuthenticatorAction } from "@/app/(auth)/authenticator/actions";
import { AuthCard } from "@/app/ui/auth-card";
import { CodeField } from "@/app/ui/code-field";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";
import { RecoveryCodes } from "./recovery-codes";

export function StartForm({ to }: { to: string }) {
  const form = useForm(startAuthenticatorAction);
  return (
    <>
      <p className="text-sm text-muted">
        You need an authenticator app on your phone. Many password managers have one built in.
      </p>
      <Form handle={form}>
        <input type="hidden" name="to" value={to} />
        <FormMessage />
        <SubmitButton pending="One moment…">Set up an authenticator app</SubmitButton>
      </Form>
    </>
  );
}

type ConfirmProps = { authenticatorId: string; to: string; waiting: boolean; children: ReactNode };

/** The app's first code, and after it the recovery codes. `waiting`: the setup has not been confirmed yet. */
export function ConfirmForm({ authenticatorId, to, waiting, children }: ConfirmProps) {
  const form = useForm(confirmAuthenticatorAction);
  const { recoveryCodes } = form.state;
  if (recoveryCodes) return <Saved codes={recoveryCodes} to={to} />;
  if (!waiting)
    return (
      <AuthCard
        title="This setup has ended"
        lead="It was finished, or a newer one was started. Nothing else has changed."
      >
        <a className="button button-primary" href="/account/security">
          Go to your account
        </a>
      </AuthCard>
    );
  return (
    <AuthCard
      title="Scan this code"
      lead="Scan it with your authenticator app, then enter the code that the app shows."
    >
      {children}
      <Form handle={form}>
        <CodeField submitWhenFull />
        <input type="hidden" name="authenticatorId" value={authenticatorId} />
        <input type="hidden" name="to" value={to} />
        <FormMessage />
        <SubmitButton pending="Confirming…">Confirm</SubmitButton>
      </Form>
    </AuthCard>
  );
}

function Saved({ codes, to }: { codes: string[]; to: string }) {
  return (
    <AuthCard
      takesFocus
      title="Save your recovery codes"
      lead="Two-step sign-in is on. If you lose your phone, each of these codes replaces one of the app’s. You won’t see them again."
    >
      <RecoveryCodes codes={codes} />
      <a className="button button-primary" href={to}>
        I have saved them
      </a>
    </AuthCard>
  );
}
