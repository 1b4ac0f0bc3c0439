"use client";

import { loginAction } from "@/app/(auth)/actions";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";

/** Signs in with one press. It is made of what the page has anyway, because browsers load its code in production too. */
export function DemoButton({ email, password }: { email: string; password: string }) {
  return (
    <Form handle={useForm(loginAction)} className="grid gap-2">
      <input type="hidden" name="email" value={email} />
      <input type="hidden" name="password" value={password} />
      <FormMessage />
      <SubmitButton className="button button-small" pending="Signing in…">
        {email}
      </SubmitButton>
    </Form>
  );
}
