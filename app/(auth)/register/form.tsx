"use client";

import { registerAction } from "@/app/(auth)/actions";
import { Field, PasswordField } from "@/app/ui/field";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";

export function RegisterForm({ to, passwordHint }: { to?: string; passwordHint: string }) {
  return (
    <Form handle={useForm(registerAction)}>
      <Field label="Name" name="name" autoComplete="name" />
      <Field label="Email" name="email" type="email" autoComplete="email" required />
      <PasswordField label="Password" name="password" autoComplete="new-password" hint={passwordHint} required />
      {to && <input type="hidden" name="to" value={to} />}
      <FormMessage />
      <SubmitButton pending="Creating your account…">Create account</SubmitButton>
    </Form>
  );
}
