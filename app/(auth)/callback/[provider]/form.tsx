"use client";

import { useEffect, useRef } from "react";
import { finishProviderAction } from "@/app/(auth)/actions";
import { Form, FormMessage, SubmitButton, useForm } from "@/app/ui/form";

/**
 * Hands the provider's answer to the server, by itself where there is JavaScript: a page cannot write cookies, an action
 * can. It first removes the answer from the address, which keeps it out of the history.
 */
export function FinishForm({ fields }: { fields: Record<string, string> }) {
  const place = useRef<HTMLDivElement>(null);
  const sent = useRef(false);
  useEffect(() => {
    if (sent.current) return;
    sent.current = true;
    window.history.replaceState(null, "", window.location.pathname);
    place.current?.querySelector("form")?.requestSubmit();
  }, []);
  return (
    <div ref={place}>
      <Form handle={useForm(finishProviderAction)}>
        {Object.entries(fields).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <FormMessage />
        <SubmitButton pending="Signing you in…">Continue</SubmitButton>
      </Form>
    </div>
  );
}
