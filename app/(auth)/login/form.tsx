"use client";

import { loginAction } from "@/app/(auth)/actions";
import { Checkbox, Field, PasswordField } from "@/app/ui/field";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";

export function LoginForm({ to }: { to?: string }) {
  const form = useForm(loginAction);
  return (
    <Form handle={form}>
      <Field label="Email" name="email" type="email" autoComplete="username webauthn" required />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="current-password"
        required
        // The answer does not tell which of the two was wrong, but the person types the password again.
        invalid={form.state.code === "invalid_credentials"}
      />
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <Checkbox name="remember" label="Remember me" />
        <a className="link text-sm" href="/forgot-password">
          Forgot password?
        </a>
      </div>
      {to && <input type="hidden" name="to" value={to} />}
      <FormMessage />
      <SubmitButton pending="Signing in…">Sign in</SubmitButton>
    </Form>
  );
}
