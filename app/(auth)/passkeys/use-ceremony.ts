"use client";

import { startTransition, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { OFFLINE, useForm } from "@/app/ui/form";
import type { FormAction, FormState } from "@/lib/web/form-state";
import type { Fields } from "./browser";

/** Whether the browser has passkeys and their JSON methods. True until it can be checked: a style hides what needs JavaScript. */
export function useSupport(): boolean {
  return useSyncExternalStore(
    () => () => undefined,
    isSupported,
    () => true,
  );
}

/** The same, in the browser. */
export function isSupported(): boolean {
  return "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;
}

/**
 * A ceremony from the press to the server's answer: `begin` gives the options, the browser asks the person, `end` takes
 * what the authenticator answered. `listen` does the same without a press, for the browser's list in the email field,
 * and says nothing unless the person chose from it.
 */
export function useCeremony(begin: FormAction, end: FormAction, fields: Fields) {
  const { state: answer, dispatch, pending } = useForm(end);
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<FormState | null>(null);
  const forget = useRef<() => void>(undefined);

  useEffect(() => {
    if (answer.fields?.passkey === "unknown") forget.current?.();
  }, [answer]);

  async function run(fromList: boolean): Promise<FormState | null> {
    const { askPerson } = await import("./browser");
    const asked = await askPerson(begin, fields, fromList);
    if ("problem" in asked) return asked.problem;
    forget.current = asked.forget;
    startTransition(() => dispatch(asked.form));
    return null;
  }

  async function press(): Promise<void> {
    if (asking || pending) return;
    setAsking(true);
    setProblem(null);
    setProblem(await run(false).catch(() => ({ status: "error" as const, message: OFFLINE })));
    setAsking(false);
  }

  async function listen(): Promise<void> {
    await run(true).catch(() => null);
  }

  return { state: problem ?? answer, pending: asking || pending, press, listen };
}
