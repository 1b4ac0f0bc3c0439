"use client";

import type { ReactNode } from "react";
import { FormContext, FormMessage } from "@/app/ui/form";
import type { useCeremony } from "./use-ceremony";

type CeremonyButtonProps = {
  ceremony: ReturnType<typeof useCeremony>;
  className: string;
  children: ReactNode;
  /** What the button says while the browser asks. */
  pending: string;
};

/** The button of a ceremony, and its outcome. A style hides both without JavaScript. */
export function CeremonyButton({ ceremony, className, children, pending: words }: CeremonyButtonProps) {
  const { state, pending, press } = ceremony;
  return (
    <FormContext value={{ state, pending, edited: false }}>
      <div className="needs-script gap-3">
        <FormMessage />
        <button
          type="button"
          className={className}
          aria-disabled={pending || undefined}
          data-pending={words}
          onClick={press}
        >
          {pending ? words : children}
        </button>
      </div>
    </FormContext>
  );
}
