"use client";

import { anotherCodeAction, signInCodeAction, signInLinkAction } from "@/app/(auth)/actions";
import { CodeField } from "@/app/ui/code-field";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";
import { Leave } from "@/app/ui/leave";
import { ResendForm } from "@/app/ui/resend-form";

/** The code from the mail, typed in the browser that asked; below it, a way to have another one sent. */
export function CodeForm({ resendInSeconds }: { resendInSeconds: number }) {
  return (
    <>
      <Form handle={useForm(signInCodeAction)}>
        <CodeField autoFocus submitWhenFull />
        <FormMessage />
        <SubmitButton pending="Signing in…">Sign in</SubmitButton>
      </Form>
      <ResendForm action={anotherCodeAction} seconds={resendInSeconds}>
        Send another code
      </ResendForm>
    </>
  );
}

/** The button behind a mailed link: opening the link alone does nothing, because mail scanners open it too. */
export function LinkForm({
  token,
  next,
}: {
  token: string;
  /** Where it leads on to, sealed. */
  next?: string;
}) {
  const form = useForm(signInLinkAction);
  return (
    <Form handle={form}>
      <input type="hidden" name="token" value={token} />
      {next && <input type="hidden" name="next" value={next} />}
      <FormMessage />
      <SubmitButton pending="Signing in…">Sign in</SubmitButton>
      <Leave to={form.state.leaveTo} />
    </Form>
  );
}
