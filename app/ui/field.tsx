"use client";

import { type ComponentProps, type ReactNode, useContext, useEffect, useId, useState } from "react";
import { FormContext } from "./form";
import { Icon } from "./icons";

type FieldProps = Omit<ComponentProps<"input">, "name"> & {
  name: string;
  label: string;
  hint?: string;
  /** A message about what the person types now, or null. It replaces an error, which was about the former text. */
  live?: ReactNode;
  /** Marks the input as wrong when the form's message, not the input's own, says why. */
  invalid?: boolean;
};

/** A labelled input that keeps the typed text and shows the form's message about it. */
export function Field({
  label,
  hint,
  live,
  invalid,
  defaultValue,
  children,
  className = "input",
  ...input
}: FieldProps) {
  const { state } = useContext(FormContext);
  const ownId = useId();
  const id = input.id ?? ownId;
  const fault = state.fields?.[input.name];
  const error = live ? undefined : fault;
  const note = error ?? live ?? hint;
  const wrong = Boolean(fault) || invalid || undefined;
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} id={`${id}-label`} className="label">
        {label}
      </label>
      <div className="relative">
        <input
          {...input}
          id={id}
          className={className}
          defaultValue={state.values?.[input.name] ?? defaultValue}
          aria-invalid={wrong}
          aria-describedby={note ? `${id}-note` : undefined}
          // biome-ignore lint/a11y/noAutofocus: without JavaScript, this leads to the first wrong field after an answer.
          autoFocus={wrong ?? input.autoFocus}
        />
        {children}
      </div>
      {note && (
        <p
          id={`${id}-note`}
          data-error={fault ? "" : undefined}
          // A message that changes during typing has room for two lines, so that nothing below it moves.
          className={`text-sm break-words ${error ? "text-danger" : "text-muted"} ${live === undefined ? "" : "-mb-1 min-h-10"}`}
        >
          {note}
        </p>
      )}
    </div>
  );
}

type PasswordFieldProps = Omit<FieldProps, "type" | "defaultValue"> & {
  autoComplete: "current-password" | "new-password";
  /** Their address, where the form has no field of it: a password manager is told whose password this is. */
  of?: string;
};

/** An input for a password, with a button that shows it. No answer of the server contains it. */
export function PasswordField({ of, ...props }: PasswordFieldProps) {
  const id = useId();
  const [shown, setShown] = useState(false);
  const [scripted, setScripted] = useState(false);
  useEffect(() => setScripted(true), []);
  return (
    <>
      {of && <input type="text" autoComplete="username" defaultValue={of} hidden readOnly />}
      <Field
        {...props}
        id={id}
        type={shown ? "text" : "password"}
        data-password=""
        className="input pe-10"
        spellCheck={false}
        autoCapitalize="none"
      >
        {scripted && (
          // Called “Show”, and described by its field: with “password” in its name, programs that look for password fields would
          // find a second one.
          <button
            type="button"
            className="input-button"
            aria-label="Show"
            aria-describedby={`${id}-label`}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          >
            <Icon name={shown ? "eyeOff" : "eye"} />
          </button>
        )}
      </Field>
    </>
  );
}

/** A checkbox with its label beside it. After a refusal it is as the person left it. */
export function Checkbox({ name, label }: { name: string; label: string }) {
  const { state } = useContext(FormContext);
  return (
    <label className="-my-1 flex w-fit cursor-pointer items-center gap-2 py-1 text-sm">
      <input
        type="checkbox"
        name={name}
        defaultChecked={Boolean(state.values?.[name])}
        className="size-4 accent-accent-fill"
      />
      {label}
    </label>
  );
}
