"use client";

import { resetPasswordAction } from "@/app/(auth)/actions";
import { PasswordField } from "@/app/ui/field";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";
import { NewPasswordField } from "@/app/ui/new-password-field";

export function ResetPasswordForm({ token, email, minLength }: { token: string; email: string; minLength: number }) {
  return (
    <Form handle={useForm(resetPasswordAction)}>
      <NewPasswordField of={email} label="New password" name="newPassword" minLength={minLength} required />
      <PasswordField label="Confirm password" name="confirmPassword" autoComplete="new-password" required />
      <input type="hidden" name="token" value={token} />
      <FormMessage />
      <SubmitButton pending="Setting password…">Set new password</SubmitButton>
    </Form>
  );
}
