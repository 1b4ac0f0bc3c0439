"use client";

import type { FormAction } from "@/lib/web/form-state";
import { Form, FormMessage, SubmitButton, useForm } from "./form";

type ActionButtonProps = {
  action: FormAction;
  fields?: Record<string, string>;
  children: string;
  /** What the button says while it is at work. */
  pending: string;
  className?: string;
};

/**
 * A button that is a whole form: one press, one action. A refusal is shown above it; a success shows in what changed on
 * the page, and is told to those who cannot see that.
 */
export function ActionButton({ action, fields = {}, className = "button button-small", ...button }: ActionButtonProps) {
  const form = useForm(action);
  return (
    <Form handle={form} className="grid justify-items-start gap-2">
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {form.state.status === "success" ? (
        <p role="status" className="sr-only">
          {form.state.message}
        </p>
      ) : (
        <FormMessage />
      )}
      <SubmitButton className={className} {...button} />
    </Form>
  );
}
