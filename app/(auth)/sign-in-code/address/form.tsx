"use client";

import { askForCodeAction } from "@/app/(auth)/actions";
import { Checkbox, Field } from "@/app/ui/field";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";

export function AddressForm({ to }: { to?: string }) {
  return (
    <Form handle={useForm(askForCodeAction)}>
      <Field label="Email" name="email" type="email" autoComplete="username" required />
      <Checkbox name="remember" label="Remember me" />
      {to && <input type="hidden" name="to" value={to} />}
      <FormMessage />
      <SubmitButton pending="Sending…">Email me a code</SubmitButton>
    </Form>
  );
}
