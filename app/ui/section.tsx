"use client";

import { type ReactNode, useId } from "react";

type SectionProps = { id?: string; title: string; text: ReactNode; children?: ReactNode };

/**
 * One setting in a `Group`: a title, a text and the form. It is browser code, because a page then carries its elements once;
 * React sends a second copy of server components.
 */
export function Section({ id: anchor, title, text, children }: SectionProps) {
  const id = useId();
  return (
    <section id={anchor} aria-labelledby={id} className="row grid grid-cols-1 gap-4">
      <div className="grid gap-0.5">
        <h3 id={id}>{title}</h3>
        <p className="text-sm text-muted">{text}</p>
      </div>
      {children && <div className="min-w-0">{children}</div>}
    </section>
  );
}

/** Sections that belong together, on one card. */
export function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-1 gap-3">
      <h2>{title}</h2>
      <div className="card divide-y divide-line overflow-clip">{children}</div>
    </div>
  );
}
