"use client";

import { registerAction } from "@/app/(auth)/actions";
import { Field, PasswordField } from "@/app/ui/field";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";
import type { ProfileInput } from "@/lib/auth/model/profile";

type Props = { fields: ProfileInput[]; to?: string; passwordHint: string };

export function RegisterForm({ fields, to, passwordHint }: Props) {
  return (
    <Form handle={useForm(registerAction)}>
      {fields.map((field) => (
        <Field key={field.name} {...field} />
      ))}
      <Field label="Email" name="email" type="email" autoComplete="email" required />
      <PasswordField label="Password" name="password" autoComplete="new-password" hint={passwordHint} required />
      {to && <input type="hidden" name="to" value={to} />}
      <FormMessage />
      <SubmitButton pending="Creating your account…">Create account</SubmitButton>
    </Form>
  );
}
