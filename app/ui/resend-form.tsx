"use client";

import type { FormAction } from "@/lib/web/form-state";
import { Form, FormMessage, SubmitButton, useForm } from "./form";

type ResendFormProps = { action: FormAction; seconds?: number; to?: string; children: string };

/** A form below a field for a mailed code, which sends another code. Its button says how long to wait first. */
export function ResendForm({ action, seconds, to, children }: ResendFormProps) {
  return (
    <Form handle={useForm(action)} className="grid gap-3 border-t border-line pt-5">
      {to && <input type="hidden" name="to" value={to} />}
      <FormMessage />
      <div className="flex flex-wrap items-center justify-between gap-3 text-sm text-muted">
        <p>No email?</p>
        <SubmitButton className="button button-small" pending="Sending…" wait={seconds}>
          {children}
        </SubmitButton>
      </div>
    </Form>
  );
}
