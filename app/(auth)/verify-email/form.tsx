"use client";

import { useEffect, useState } from "react";
import { confirmCodeAction, confirmLinkAction, resendCodeAction } from "@/app/(auth)/actions";
import { Field, PasswordField } from "@/app/ui/field";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";
import { Leave } from "@/app/ui/leave";

/** The code from the mail, typed in the browser that started; below it, a way to have another one sent. */
export function CodeForm({ resendInSeconds }: { resendInSeconds: number }) {
  return (
    <>
      <Form handle={useForm(confirmCodeAction)}>
        <Field
          label="Code"
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          autoFocus
          required
          className="input tracking-[0.3em] tabular-nums"
        />
        <FormMessage />
        <SubmitButton pending="Confirming…">Confirm</SubmitButton>
      </Form>
      <ResendForm seconds={resendInSeconds} />
    </>
  );
}

function ResendForm({ seconds }: { seconds: number }) {
  const left = useCountdown(seconds);
  return (
    <Form handle={useForm(resendCodeAction)} className="grid gap-3 border-t border-line pt-5">
      <FormMessage />
      <div className="flex flex-wrap items-center justify-between gap-3 text-sm text-muted">
        <p>{left > 0 ? `No mail yet? Wait ${left} seconds.` : "No mail yet?"}</p>
        <SubmitButton className="button button-small" pending="Sending…">
          Send a new code
        </SubmitButton>
      </div>
    </Form>
  );
}

/** Seconds left, counted down to 0; starts anew when the server names another time. */
function useCountdown(seconds: number): number {
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    const end = Date.now() + seconds * 1000;
    const tick = () => setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000)));
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [seconds]);
  return left;
}

/** The button behind a mailed link: opening the link alone does nothing, because mail scanners open it too. */
export function LinkForm({
  token,
  next,
  email,
  passwordHint,
}: {
  token: string;
  /** Where it leads on to, sealed. */
  next?: string;
  email: string;
  /** Why the password is asked for; null where it is not. */
  passwordHint: string | null;
}) {
  const form = useForm(confirmLinkAction);
  return (
    <Form handle={form}>
      {passwordHint && (
        <>
          <input type="text" autoComplete="username" defaultValue={email} hidden readOnly />
          <PasswordField
            label="Password"
            name="password"
            autoComplete="current-password"
            hint={passwordHint}
            required
          />
        </>
      )}
      <input type="hidden" name="token" value={token} />
      {next && <input type="hidden" name="next" value={next} />}
      <FormMessage />
      <SubmitButton pending="Confirming…">Confirm</SubmitButton>
      <Leave to={form.state.leaveTo} />
    </Form>
  );
}
