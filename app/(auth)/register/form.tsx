"use client";

import { registerAction } from "@/app/(auth)/actions";
import { Field } from "@/app/ui/field";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";
import { NewPasswordField } from "@/app/ui/new-password-field";
import type { ProfileInput } from "@/lib/auth/model/profile";

type Props = { fields: ProfileInput[]; to?: string; minLength: number };

export function RegisterForm({ fields, to, minLength }: Props) {
  return (
    <Form handle={useForm(registerAction)}>
      {fields.map((field) => (
        <Field key={field.name} {...field} />
      ))}
      <Field label="Email" name="email" type="email" autoComplete="username" required />
      <NewPasswordField label="Password" name="password" minLength={minLength} required />
      {to && <input type="hidden" name="to" value={to} />}
      <FormMessage />
      <SubmitButton pending="Creating your account…">Create account</SubmitButton>
    </Form>
  );
}
