"use client";

import { type ReactNode, useEffect, useId, useRef } from "react";
import { Form, FormMessage, SubmitButton, type useForm } from "./form";
import { Notice } from "./notice";

type EditRowProps = {
  /** Leads into the form, opened: `/account/security#password`. */
  id?: string;
  title: string;
  /** The present value. */
  value: ReactNode;
  /** Says what the form does, once it is open. */
  text?: ReactNode;
  handle: ReturnType<typeof useForm>;
  submit: { label: string; pending: string; danger?: boolean };
  opener?: string;
  children: ReactNode;
};

/**
 * A section that shows a value, and on demand the form that changes it, also without JavaScript. A refusal keeps the form open;
 * a success closes it and shows below.
 */
export function EditRow({ id, title, value, text, handle, submit, opener = "Edit", children }: EditRowProps) {
  const heading = useId();
  const details = useRef<HTMLDetailsElement>(null);
  const { state } = handle;
  useEffect(() => {
    if (state.status !== "success" || !details.current?.open) return;
    details.current.open = false;
    // The form closes over the button that was pressed, and the focus would be lost with it.
    details.current.querySelector("summary")?.focus();
  }, [state]);
  return (
    <section aria-labelledby={heading}>
      <details ref={details} name="edit" open={state.status === "error" || undefined} className="group">
        <summary className="row edit-row">
          <h3 id={heading}>{title}</h3>
          <div className="min-w-0 break-words text-muted">{value}</div>
          <span className="button button-small group-open:hidden">{opener}</span>
          <span className="button button-small hidden group-open:inline-grid">Close</span>
        </summary>
        <div id={id} className="row pt-1 sm:ps-[12.5rem]">
          <Form handle={handle} className="grid max-w-md gap-5">
            {text && <p className="text-sm text-muted">{text}</p>}
            {children}
            {state.status === "error" && <FormMessage />}
            <SubmitButton
              pending={submit.pending}
              className={`button justify-self-start ${submit.danger ? "button-danger" : "button-primary"}`}
            >
              {submit.label}
            </SubmitButton>
          </Form>
        </div>
      </details>
      {state.status === "success" && state.message && (
        <div className="row pt-0">
          <Notice tone="success">{state.message}</Notice>
        </div>
      )}
    </section>
  );
}
