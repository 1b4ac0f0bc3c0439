"use client";

import { stopFactorResetAction } from "@/app/(auth)/stop-factor-reset/actions";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";

export function StopForm({ token }: { token: string }) {
  return (
    <Form handle={useForm(stopFactorResetAction)}>
      <input type="hidden" name="token" value={token} />
      <FormMessage />
      <SubmitButton pending="Stopping…">Keep my passkeys and apps</SubmitButton>
    </Form>
  );
}
