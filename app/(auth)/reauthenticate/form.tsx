"use client";

import { proveByPasswordAction } from "@/app/(app)/actions";
import { PasswordField } from "@/app/ui/field";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";

export function PasswordAgainForm({ email, to }: { email: string; to: string }) {
  return (
    <Form handle={useForm(proveByPasswordAction)}>
      <input type="text" autoComplete="username" defaultValue={email} hidden readOnly />
      <PasswordField
        label="Current password"
        name="currentPassword"
        autoComplete="current-password"
        autoFocus
        required
      />
      <input type="hidden" name="to" value={to} />
      <FormMessage />
      <SubmitButton pending="Confirming…">Confirm</SubmitButton>
    </Form>
  );
}
