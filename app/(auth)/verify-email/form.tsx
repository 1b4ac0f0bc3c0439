"use client";

import { confirmCodeAction, confirmLinkAction, resendCodeAction } from "@/app/(auth)/actions";
import { CodeField } from "@/app/ui/code-field";
import { PasswordField } from "@/app/ui/field";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";
import { Leave } from "@/app/ui/leave";
import { ResendForm } from "@/app/ui/resend-form";

/** The code from the mail, typed in the browser that started; below it, a way to have another one sent. */
export function CodeForm({ resendInSeconds }: { resendInSeconds: number }) {
  return (
    <>
      <Form handle={useForm(confirmCodeAction)}>
        <CodeField autoFocus submitWhenFull />
        <FormMessage />
        <SubmitButton pending="Confirming…">Confirm</SubmitButton>
      </Form>
      <ResendForm action={resendCodeAction} seconds={resendInSeconds}>
        Send another code
      </ResendForm>
    </>
  );
}

/** The button behind a mailed link: opening the link alone does nothing, because mail scanners open it too. */
export function LinkForm({
  token,
  next,
  email,
  passwordHint,
}: {
  token: string;
  /** Where it leads on to, sealed. */
  next?: string;
  email: string;
  /** Why the password is asked for; null where it is not. */
  passwordHint: string | null;
}) {
  const form = useForm(confirmLinkAction);
  return (
    <Form handle={form}>
      {passwordHint && (
        <PasswordField
          of={email}
          label="Password"
          name="password"
          autoComplete="current-password"
          hint={passwordHint}
          required
        />
      )}
      <input type="hidden" name="token" value={token} />
      {next && <input type="hidden" name="next" value={next} />}
      <FormMessage />
      <SubmitButton pending="Confirming…">Confirm</SubmitButton>
      <Leave to={form.state.leaveTo} />
    </Form>
  );
}
