"use client";

import { type FocusEvent, type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";

type RowMenuProps = { label: string; sign: ReactNode; children: ReactNode };

/** What can be done about one row, folded behind a button. Without script there is no button, and nothing is folded. */
export function RowMenu({ label, sign, children }: RowMenuProps) {
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  function onBlur({ currentTarget, relatedTarget }: FocusEvent<HTMLElement>) {
    // Focus that goes nowhere belonged to a button that its own answer has taken away.
    if (relatedTarget && !currentTarget.contains(relatedTarget)) setIsOpen(false);
  }
  function onKeyDown({ key }: KeyboardEvent) {
    if (key !== "Escape" || !isOpen) return;
    setIsOpen(false);
    button.current?.focus();
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is operated are the buttons inside.
    <div className="row-menu" onBlur={onBlur} onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        className="button button-small needs-script"
        aria-label={label}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setIsOpen(!isOpen)}
      >
        {sign}
      </button>
      <div id={id} className={`row-actions ${isOpen ? "" : "row-actions-folded"}`}>
        {children}
      </div>
    </div>
  );
}
