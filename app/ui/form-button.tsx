"use client";

import type { ReactNode } from "react";
import type { FormAction } from "@/lib/web/form-state";
import { Form, FormMessage, SubmitButton, useForm } from "./form";
import { Leave } from "./leave";

type ProviderButtonProps = {
  action: FormAction;
  provider: string;
  to?: string;
  /** The provider's mark, and what is done with it. */
  children: ReactNode;
  className?: string;
};

/** A button that leads to a third party. Its action answers with the address to go to. */
export function ProviderButton({ action, provider, to, children, className = "button w-full" }: ProviderButtonProps) {
  const form = useForm(action);
  return (
    <Form handle={form} className="grid gap-2">
      <input type="hidden" name="provider" value={provider} />
      {to && <input type="hidden" name="to" value={to} />}
      <FormMessage />
      <SubmitButton className={className} pending="Continuing…">
        <span className="button-inside">{children}</span>
      </SubmitButton>
      <Leave to={form.state.leaveTo} />
    </Form>
  );
}
