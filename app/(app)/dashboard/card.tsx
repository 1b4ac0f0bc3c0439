"use client";

import type { ReactNode } from "react";

type CardProps = { id: string; title: string; text?: string; code?: string; children: ReactNode };

/** A part of the page, and what it is about. Code of the browser's, as `Section` is, so that the page carries less. */
export function Card({ id, title, text, code, children }: CardProps) {
  return (
    <section className="card grid min-w-0 grid-cols-1 gap-4 p-[min(1.5rem,5vw)]" aria-labelledby={id}>
      <div className="grid grid-cols-1 gap-0.5">
        <h2 id={id}>{title}</h2>
        <p className="text-sm text-muted">{code ? <code className="font-mono break-words">{code}</code> : text}</p>
      </div>
      {children}
    </section>
  );
}
