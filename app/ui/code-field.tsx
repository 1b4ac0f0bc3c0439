"use client";

import { type FormEvent, useContext, useLayoutEffect, useRef, useState } from "react";
import { Field } from "./field";
import { FormContext } from "./form";

const LENGTH = 6;
const SLOTS = Array.from({ length: LENGTH }, (_, slot) => slot);
/** A keyboard may fill in a whole code at once. The person sees it for this moment before it is sent. */
const SEEN_MS = 1_000;

type CodeFieldProps = { hint?: string; autoFocus?: boolean; submitWhenFull?: boolean };

/**
 * Six digits, in slots that are drawn behind one input. The slot for the next digit is marked. A pasted code may have spaces in
 * it and around it; phones offer the code of a mail or a message.
 * @param submitWhenFull sends the form with the sixth digit, unless the person has pressed the button before.
 */
export function CodeField({ hint, autoFocus, submitWhenFull }: CodeFieldProps) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const input = useRef<HTMLInputElement>(null);
  const { state } = useContext(FormContext);
  const [selected, setSelected] = useState(selectionOf(null));
  const wait = () => clearTimeout(timer.current);
  // Typing replaces a wrong code, because it is selected.
  useLayoutEffect(() => {
    if (state.status === "error") input.current?.select();
    setSelected(selectionOf(input.current));
  }, [state]);

  function onInput({ currentTarget: { value, form }, nativeEvent }: FormEvent<HTMLInputElement>) {
    wait();
    const digits = value.replace(/\D/g, "").slice(0, LENGTH);
    if (input.current && digits !== value) input.current.value = digits;
    // A password manager moves the caret without an event of its own.
    setSelected(selectionOf(input.current));
    if (!submitWhenFull || digits.length < LENGTH) return;
    const { inputType, data } = nativeEvent as InputEvent;
    const isByHand = inputType === "insertFromPaste" || data?.length === 1;
    timer.current = setTimeout(() => form?.requestSubmit(), isByHand ? 0 : SEEN_MS);
  }

  return (
    <Field
      label="Code"
      name="code"
      hint={hint}
      inputMode="numeric"
      autoComplete="one-time-code"
      maxLength={12}
      enterKeyHint="go"
      spellCheck={false}
      autoFocus={autoFocus}
      required
      dir="ltr"
      className="code-input"
      onInput={onInput}
      onSelect={({ currentTarget }) => setSelected(selectionOf(currentTarget))}
      onBlur={wait}
      onKeyDown={wait}
      ref={input}
    >
      <span className="code-slots" aria-hidden="true">
        {SLOTS.map((slot) => (
          <span
            key={slot}
            data-next={slot === Math.min(selected.from, LENGTH - 1) || undefined}
            data-selected={(selected.from <= slot && slot < selected.to) || undefined}
          />
        ))}
      </span>
    </Field>
  );
}

/** The selected digits, from one index to another. Without a selection both are the caret's. */
function selectionOf(input: HTMLInputElement | null): { from: number; to: number } {
  return { from: input?.selectionStart ?? 0, to: input?.selectionEnd ?? 0 };
}
