"use client";

import { type ComponentProps, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import { judgePasswordAction } from "@/app/(auth)/actions";
import { IDLE } from "@/lib/web/form-state";
import { PasswordField } from "./field";
import { FormContext } from "./form";
import { Icon } from "./icons";

type NewPasswordFieldProps = Omit<ComponentProps<typeof PasswordField>, "autoComplete" | "hint" | "live"> & {
  minLength: number;
};

/**
 * An input for a new password. During typing it says what is missing, whether Caps Lock is on, and what the server thinks of the
 * password.
 */
export function NewPasswordField({ minLength, ...field }: NewPasswordFieldProps) {
  const { state } = useContext(FormContext);
  const [typed, setTyped] = useState(0);
  const [capsLock, setCapsLock] = useState(false);
  const { verdict, ask } = useVerdict();
  // biome-ignore lint/correctness/useExhaustiveDependencies: an answer takes out what was typed.
  useEffect(() => setTyped(0), [state]);
  return (
    <>
      <PasswordField
        {...field}
        // For generators of passwords (https://developer.apple.com/password-rules).
        {...{ passwordrules: `minlength: ${minLength}; maxlength: 64;` }}
        autoComplete="new-password"
        hint={`At least ${minLength} characters. Several random words work well.`}
        live={capsLock ? "Caps Lock is on." : live(minLength - typed, typed, verdict)}
        onInput={({ currentTarget: input }) => {
          const characters = [...input.value].length;
          setTyped(characters);
          ask(characters < minLength ? null : input);
        }}
        onKeyUp={(event) => setCapsLock(event.getModifierState("CapsLock"))}
        onBlur={() => setCapsLock(false)}
      />
      <span aria-live="polite" className="sr-only">
        {verdict}
      </span>
    </>
  );
}

const STRONG = "Strong password.";

function live(missing: number, typed: number, verdict: string | null): ReactNode {
  if (typed === 0) return null;
  if (missing > 0) return `${missing} more ${missing === 1 ? "character" : "characters"}.`;
  if (verdict !== STRONG) return verdict ?? "Long enough. Several random words work well.";
  return (
    <span className="flex gap-1.5 text-good">
      <Icon name="success" className="mt-0.5 size-4" />
      {STRONG}
    </span>
  );
}

/** The pause in typing after which the field asks the server. */
const PAUSE_MS = 500;
/** Other fields that the server needs, to judge the password as it will when it is set. */
const ABOUT = ["email", "name", "username", "token"];

/**
 * The server's verdict on the password in an input, or null before its answer. A busy server, or one that was asked too often,
 * gives none.
 */
function useVerdict() {
  const { state, pending } = useContext(FormContext);
  const [verdict, setVerdict] = useState<string | null>(null);
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: neither while the form is sent, nor after its answer.
  useEffect(() => {
    setVerdict(null);
    return () => clearTimeout(pause.current);
  }, [state, pending]);

  function ask(input: HTMLInputElement | null): void {
    clearTimeout(pause.current);
    setVerdict(null);
    if (!input) return;
    const { value: password } = input;
    pause.current = setTimeout(async () => {
      const answer = await judgePasswordAction(IDLE, formOf(input)).catch(() => IDLE);
      if (answer.status === "success" && input.value === password) setVerdict(answer.message ?? STRONG);
    }, PAUSE_MS);
  }

  return { verdict, ask };
}

function formOf({ value, form }: HTMLInputElement): FormData {
  const whole = new FormData(form ?? undefined);
  const asked = new FormData();
  asked.set("password", value);
  for (const name of ABOUT) asked.set(name, String(whole.get(name) ?? ""));
  return asked;
}
