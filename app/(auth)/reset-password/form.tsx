"use client";

import { resetPasswordAction } from "@/app/(auth)/actions";
import { PasswordField } from "@/app/ui/field";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";

export function ResetPasswordForm({
  token,
  email,
  passwordHint,
}: {
  token: string;
  email: string;
  passwordHint: string;
}) {
  return (
    <Form handle={useForm(resetPasswordAction)}>
      {/* Tells a password manager whose password this is. */}
      <input type="text" autoComplete="username" defaultValue={email} hidden readOnly />
      <PasswordField label="New password" name="newPassword" autoComplete="new-password" hint={passwordHint} required />
      <PasswordField label="Confirm password" name="confirmPassword" autoComplete="new-password" required />
      <input type="hidden" name="token" value={token} />
      <FormMessage />
      <SubmitButton pending="Setting password…">Set new password</SubmitButton>
    </Form>
  );
}
