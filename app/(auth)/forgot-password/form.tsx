"use client";

import type { ReactNode } from "react";
import { forgotPasswordAction } from "@/app/(auth)/actions";
import { AuthCard } from "@/app/ui/auth-card";
import { Field } from "@/app/ui/field";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";
import { RESET_TTL_MINUTES } from "@/lib/validity";

export function ForgotPasswordForm() {
  const form = useForm(forgotPasswordAction);
  const footer = (
    <a className="link" href="/login">
      Back to sign in
    </a>
  );
  if (form.state.status === "success") return <Sent email={form.state.values?.email} footer={footer} />;
  return (
    <AuthCard
      title="Forgot your password?"
      lead="Enter your email and we’ll send you a link to set a new one."
      footer={footer}
    >
      <Form handle={form}>
        <Field label="Email" name="email" type="email" autoComplete="email" required />
        <FormMessage />
        <SubmitButton pending="Sending…">Send reset link</SubmitButton>
      </Form>
    </AuthCard>
  );
}

/** Says the same for every address: the answer must not tell whether it has an account. */
function Sent({ email, footer }: { email?: string; footer: ReactNode }) {
  return (
    <AuthCard
      title="Check your inbox"
      takesFocus
      lead={
        <>
          If there is an account for {email ? <strong className="text-ink">{email}</strong> : "that address"}, a link to
          set a new password is on its way. It works for {RESET_TTL_MINUTES} minutes.
        </>
      }
      footer={footer}
    >
      <p className="text-sm text-muted">
        Nothing there after a minute? Look in the spam folder, or{" "}
        <a className="link" href="/forgot-password">
          try another address
        </a>
        .
      </p>
    </AuthCard>
  );
}
