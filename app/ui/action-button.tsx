"use client";

import type { FormAction } from "@/lib/web/form-state";
import { Form, SubmitButton } from "./form";
import { Outcome, useButton } from "./outcome";

type ActionButtonProps = {
  action: FormAction;
  fields?: Record<string, string>;
  children: string;
  /** The button's label while its action runs. */
  pending: string;
  className?: string;
};

/** A form that is one button. A refusal shows above it; a success in the corner of the page. */
export function ActionButton({ action, fields = {}, className = "button button-small", ...button }: ActionButtonProps) {
  const form = useButton(action);
  return (
    <Form handle={form} className="grid justify-items-start gap-2">
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <Outcome />
      <SubmitButton className={className} {...button} />
    </Form>
  );
}
