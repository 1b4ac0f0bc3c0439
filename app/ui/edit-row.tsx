"use client";

import { useSearchParams } from "next/navigation";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import type { FormState } from "@/lib/web/form-state";
import { Form, FormMessage, SubmitButton, type useForm } from "./form";
import { Notice } from "./notice";

type DisclosureRowProps = {
  /** Names the row in addresses: `#password` leads to it, `?edit=password` into what it opens. */
  name: string;
  title: string;
  /** The present value. */
  value: ReactNode;
  /** The answer to what was sent last. */
  state: FormState;
  opener?: string;
  children: ReactNode;
};

/**
 * A section that shows a value, and on demand what changes it. A refusal keeps that open; a success closes it and shows below.
 * @public: for rows of yours.
 */
export function DisclosureRow({ name, title, value, state, opener = "Edit", children }: DisclosureRowProps) {
  const heading = useId();
  const edit = useEdit(name, state);
  return (
    <section id={name} aria-labelledby={heading}>
      <div className="row edit-row">
        <h3 id={heading}>{title}</h3>
        <div className="min-w-0 break-words text-muted">{value}</div>
        <EditButton edit={edit} describedBy={heading} className="button button-small">
          {opener}
        </EditButton>
      </div>
      {edit.isOpen && <div className="row pt-1 sm:ps-[12.5rem]">{children}</div>}
      {!edit.isOpen && state.status === "success" && state.message && (
        <div className="row pt-0">
          <Notice tone="success">{state.message}</Notice>
        </div>
      )}
    </section>
  );
}

type EditRowProps = Omit<DisclosureRowProps, "state"> & {
  /** Says what the form does. */
  text?: ReactNode;
  handle: ReturnType<typeof useForm>;
  submit: { label: string; pending: string; danger?: boolean };
};

/** A `DisclosureRow` that opens a form. */
export function EditRow({ text, handle, submit, children, ...row }: EditRowProps) {
  return (
    <DisclosureRow state={handle.state} {...row}>
      <Form handle={handle} className="grid max-w-md gap-5">
        {text && <p className="text-sm text-muted">{text}</p>}
        {children}
        {handle.state.status === "error" && <FormMessage />}
        <SubmitButton
          pending={submit.pending}
          className={`button justify-self-start ${submit.danger ? "button-danger" : "button-primary"}`}
        >
          {submit.label}
        </SubmitButton>
      </Form>
    </DisclosureRow>
  );
}

/**
 * Whether a form is shown that the page leaves out until it is asked for. A page with a dozen forms would else cost the server all
 * of them at every visit. @public: for forms of yours.
 */
export function useEdit(name: string, state: FormState) {
  const isAsked = useSearchParams().get("edit") === name;
  const [isOpen, setOpen] = useState(isAsked && state.status !== "success");
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (state.status === "success") setOpen(false);
  }, [state]);
  // The form closes over the element that had the focus, also over a dialog of its own.
  useEffect(() => (isOpen ? () => button.current?.focus() : undefined), [isOpen]);
  return { name, isOpen, setOpen, button, autoFocus: isAsked && state.status === "idle" };
}

type EditButtonProps = {
  edit: ReturnType<typeof useEdit>;
  /** The id of the element that names what is edited. */
  describedBy: string;
  className: string;
  children: string;
};

/**
 * Opens the form and closes it: at once, or without JavaScript by asking for the page with `?edit=name`. @public: for forms of
 * yours.
 */
export function EditButton({ edit, describedBy, className, children }: EditButtonProps) {
  const { name, isOpen, setOpen, button, autoFocus } = edit;
  return (
    <form>
      <button
        type="submit"
        name="edit"
        value={isOpen ? "" : name}
        className={className}
        aria-expanded={isOpen}
        aria-describedby={describedBy}
        // biome-ignore lint/a11y/noAutofocus: a page that was asked for with the form begins there.
        autoFocus={autoFocus}
        ref={button}
        onClick={(event) => {
          event.preventDefault();
          setOpen(!isOpen);
        }}
      >
        {isOpen ? "Close" : children}
      </button>
    </form>
  );
}
