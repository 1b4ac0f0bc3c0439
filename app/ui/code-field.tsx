"use client";

import { Field } from "./field";

const SIX_DIGITS = /^\s*(\d[\s-]?){6}$/;

type CodeFieldProps = { hint?: string; autoFocus?: boolean; submitWhenFull?: boolean };

/** Six digits. What is pasted may have spaces in it and around it; phones offer the code of a mail or a message. */
export function CodeField({ hint, autoFocus, submitWhenFull }: CodeFieldProps) {
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
      className="input font-mono tracking-[0.3em]"
      onInput={({ currentTarget }) => {
        if (submitWhenFull && SIX_DIGITS.test(currentTarget.value)) currentTarget.form?.requestSubmit();
      }}
    />
  );
}
