import { type ReactNode, useId } from "react";

type SectionProps = { id?: string; title: string; text: ReactNode; children: ReactNode };

/** One thing that can be settled: what it is on the left, the doing on the right; one above the other on a phone. */
export function Section({ id: anchor, title, text, children }: SectionProps) {
  const id = useId();
  return (
    <section
      id={anchor}
      aria-labelledby={id}
      className="grid gap-x-10 gap-y-5 border-t border-line pt-8 md:grid-cols-[17rem_minmax(0,1fr)]"
    >
      <div className="grid content-start gap-1">
        <h2 id={id}>{title}</h2>
        <p className="text-sm text-muted">{text}</p>
      </div>
      <div className="min-w-0">{children}</div>
    </section>
  );
}
