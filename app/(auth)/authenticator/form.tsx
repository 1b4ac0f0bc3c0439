"use client";

import { recoveryCodeAction, secondStepAction } from "@/app/(auth)/authenticator/actions";
import { CodeField } from "@/app/ui/code-field";
import { Checkbox, Field } from "@/app/ui/field";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";
import { REMEMBERED_DEVICE_DAYS } from "@/lib/validity";

/** `remember`: offers to remember this device for 30 days. */
type StepProps = { to?: string; remember?: boolean };

export function SecondStepForm({ to, remember }: StepProps) {
  return (
    <Form handle={useForm(secondStepAction)}>
      <CodeField hint="The six digits your authenticator app shows." autoFocus submitWhenFull={!remember} />
      <Rest to={to} remember={remember} />
    </Form>
  );
}

export function RecoveryCodeForm({ to, remember }: StepProps) {
  return (
    <Form handle={useForm(recoveryCodeAction)}>
      <Field
        label="Recovery code"
        name="recoveryCode"
        hint="One of the ten you saved, like K7WQX-3MPTA. Each works once."
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        enterKeyHint="go"
        maxLength={20}
        autoFocus
        required
        className="input font-mono uppercase tracking-[0.12em]"
      />
      <Rest to={to} remember={remember} />
    </Form>
  );
}

function Rest({ to, remember }: StepProps) {
  return (
    <>
      {remember && (
        <Checkbox name="remember" label={`Don’t ask again on this device for ${REMEMBERED_DEVICE_DAYS} days`} />
      )}
      {to && <input type="hidden" name="to" value={to} />}
      <FormMessage />
      <SubmitButton pending="Confirming…">Confirm</SubmitButton>
    </>
  );
}
