"use client";

import { type FormEvent, useContext, useLayoutEffect, useRef, useState } from "react";
import { Field } from "./field";
import { FormContext } from "./form";

const LENGTH = 6;
const SLOTS = Array.from({ length: LENGTH }, (_, slot) => slot);
/** A code that comes at once, as keyboards offer it, is seen for a moment before it is sent. */
const SEEN_MS = 1_000;

type CodeFieldProps = { hint?: string; autoFocus?: boolean; submitWhenFull?: boolean };

/**
 * Six digits, in slots that are drawn behind one input. The slot that the next digit goes into is marked. What is pasted may
 * have spaces in it and around it; phones offer the code of a mail or a message.
 * @param submitWhenFull sends the form with the sixth digit. Who presses the button first has sent it.
 */
export function CodeField({ hint, autoFocus, submitWhenFull }: CodeFieldProps) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const input = useRef<HTMLInputElement>(null);
  const { state } = useContext(FormContext);
  const [selected, setSelected] = useState(selectionOf(null));
  const wait = () => clearTimeout(timer.current);
  // A wrong code is typed over.
  useLayoutEffect(() => {
    if (state.status === "error") input.current?.select();
    setSelected(selectionOf(input.current));
  }, [state]);

  function onInput({ currentTarget: { value, form }, nativeEvent }: FormEvent<HTMLInputElement>) {
    wait();
    const digits = value.replace(/\D/g, "").slice(0, LENGTH);
    if (input.current && digits !== value) input.current.value = digits;
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

/** From this digit up to that one; where nothing is selected, twice the digit before which the caret is. */
function selectionOf(input: HTMLInputElement | null): { from: number; to: number } {
  return { from: input?.selectionStart ?? 0, to: input?.selectionEnd ?? 0 };
}
