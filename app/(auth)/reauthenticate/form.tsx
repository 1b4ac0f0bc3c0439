"use client";

import { proveByMailedCodeAction, proveByPasswordAction, sendProofCodeAction } from "@/app/(app)/actions";
import { CodeField } from "@/app/ui/code-field";
import { CurrentPasswordField } from "@/app/ui/current-password-field";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";
import { ResendForm } from "@/app/ui/resend-form";

export function PasswordAgainForm({ email, to }: { email: string; to: string }) {
  return (
    <Form handle={useForm(proveByPasswordAction)}>
      <CurrentPasswordField of={email} autoFocus />
      <input type="hidden" name="to" value={to} />
      <FormMessage />
      <SubmitButton pending="Confirming…">Confirm</SubmitButton>
    </Form>
  );
}

/** For people without a password: a code to their mailbox. `sent`: whether one is on its way. */
export function MailedCodeForms({ email, to, sent }: { email: string; to: string; sent: boolean }) {
  const asking = useForm(sendProofCodeAction);
  if (sent)
    return (
      <>
        <TypeCode to={to} hint={`The six digits we emailed to ${email}.`} />
        <ResendForm action={sendProofCodeAction} to={to}>
          Send another code
        </ResendForm>
      </>
    );
  return (
    <Form handle={asking}>
      <p className="text-muted">We’ll email a six-digit code to {email}.</p>
      <input type="hidden" name="to" value={to} />
      <FormMessage />
      <SubmitButton pending="Sending…">Email me a code</SubmitButton>
    </Form>
  );
}

function TypeCode({ to, hint }: { to: string; hint: string }) {
  return (
    <Form handle={useForm(proveByMailedCodeAction)}>
      <CodeField hint={hint} autoFocus submitWhenFull />
      <input type="hidden" name="to" value={to} />
      <FormMessage />
      <SubmitButton pending="Confirming…">Confirm</SubmitButton>
    </Form>
  );
}
