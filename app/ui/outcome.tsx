"use client";

import { useContext } from "react";
import type { FormAction } from "@/lib/web/form-state";
import { FormContext, FormMessage, useForm } from "./form";
import { toast } from "./toasts";

/** `useForm` for a button that is a whole form. Its success shows elsewhere, because the button may vanish with what it removed. */
export function useButton(action: FormAction) {
  return useForm(typeof window === "undefined" ? action : telling(action));
}

function telling(action: FormAction): FormAction {
  return async (state, form) => {
    const answer = await action(state, form);
    if (answer.status === "success" && answer.message) toast(answer.message);
    return answer;
  };
}

/** The outcome of such a button. Without JavaScript a success shows here too. */
export function Outcome() {
  const { state } = useContext(FormContext);
  if (state.status !== "success") return <FormMessage />;
  return <p className="text-sm text-muted [@media(scripting:enabled)]:sr-only">{state.message}</p>;
}
