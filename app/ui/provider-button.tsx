"use client";

import { useEffect } from "react";
import type { FormAction } from "@/lib/web/form-state";
import { Form, FormMessage, SubmitButton, useForm } from "./form";

type ProviderButtonProps = {
  action: FormAction;
  provider: string;
  to?: string;
  children: string;
  className?: string;
};

/**
 * A button that leads to a third party. Its action answers with the address to go to: a redirect out of a form would be
 * stopped by the page's own security policy, in Chromium at each further redirect too. Without JavaScript the answered
 * page goes there by itself.
 */
export function ProviderButton({ action, provider, to, children, className = "button w-full" }: ProviderButtonProps) {
  const form = useForm(action);
  const { leaveTo } = form.state;
  useEffect(() => {
    if (leaveTo) window.location.assign(leaveTo);
  }, [leaveTo]);
  return (
    <Form handle={form} className="grid gap-2">
      <input type="hidden" name="provider" value={provider} />
      {to && <input type="hidden" name="to" value={to} />}
      <FormMessage />
      <SubmitButton className={className} pending="Continuing…">
        {children}
      </SubmitButton>
      {leaveTo && (
        <noscript>
          <meta httpEquiv="refresh" content={`0; url=${leaveTo}`} />
          <a className="link" href={leaveTo}>
            Go on
          </a>
        </noscript>
      )}
    </Form>
  );
}
