"use client";

import { useEffect, useState } from "react";
import type { FormAction } from "@/lib/web/form-state";
import { Form, FormMessage, SubmitButton, useForm } from "./form";

/** Below a field for a mailed code: a way to have another one sent, and how long to wait before. */
export function ResendForm({ action, seconds, children }: { action: FormAction; seconds: number; children: string }) {
  const left = useCountdown(seconds);
  return (
    <Form handle={useForm(action)} className="grid gap-3 border-t border-line pt-5">
      <FormMessage />
      <div className="flex flex-wrap items-center justify-between gap-3 text-sm text-muted">
        <p>{left > 0 ? `No email? Wait ${inWords(left)}.` : "No email?"}</p>
        <SubmitButton className="button button-small" pending="Sending…">
          {children}
        </SubmitButton>
      </div>
    </Form>
  );
}

/** Short, so that the line keeps its button beside it when the wait is over. */
function inWords(seconds: number): string {
  return seconds < 100 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}

/** Seconds left, counted down to 0; starts anew when the server names another time. */
function useCountdown(seconds: number): number {
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    const end = Date.now() + seconds * 1000;
    const tick = () => setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000)));
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [seconds]);
  return left;
}
