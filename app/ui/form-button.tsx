"use client";

import type { ReactNode } from "react";
import type { FormAction } from "@/lib/web/form-state";
import { Form, FormMessage, SubmitButton, useForm } from "./form";
import { Leave } from "./leave";

type FormButtonProps = {
  action: FormAction;
  /** Fields to send, by name. */
  fields: Record<string, string | undefined>;
  children: ReactNode;
  pending: string;
  className?: string;
};

/** A button that leads on: into a session, or to the third party's address in its action's answer. */
export function FormButton({ action, fields, children, pending, className = "button w-full" }: FormButtonProps) {
  const form = useForm(action);
  return (
    <Form handle={form} className="grid gap-2">
      {Object.entries(fields).map(
        ([name, value]) => value !== undefined && <input key={name} type="hidden" name={name} value={value} />,
      )}
      <FormMessage />
      <SubmitButton className={className} pending={pending}>
        <span className="button-inside">{children}</span>
      </SubmitButton>
      <Leave to={form.state.leaveTo} />
    </Form>
  );
}
