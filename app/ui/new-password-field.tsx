"use client";

import { type ComponentProps, useState } from "react";
import { PasswordField } from "./field";

type NewPasswordFieldProps = Omit<ComponentProps<typeof PasswordField>, "autoComplete" | "hint"> & {
  minLength: number;
};

/** An input for a password that is to be set. It says while it is typed what is missing, and that Caps Lock is on. */
export function NewPasswordField({ minLength, ...field }: NewPasswordFieldProps) {
  const [typed, setTyped] = useState(0);
  const [capsLock, setCapsLock] = useState(false);
  return (
    <PasswordField
      {...field}
      // For generators of passwords (https://developer.apple.com/password-rules).
      {...{ passwordrules: `minlength: ${minLength}; maxlength: 64;` }}
      autoComplete="new-password"
      hint={capsLock ? "Caps Lock is on." : hintFor(typed, minLength)}
      onInput={({ currentTarget }) => setTyped([...currentTarget.value].length)}
      onKeyUp={(event) => setCapsLock(event.getModifierState("CapsLock"))}
      onBlur={() => setCapsLock(false)}
    />
  );
}

function hintFor(typed: number, least: number): string {
  if (typed === 0) return `At least ${least} characters. Several random words work well.`;
  const missing = least - typed;
  if (missing > 0) return `${missing} more ${missing === 1 ? "character" : "characters"}.`;
  return "Long enough. Several random words work well.";
}
