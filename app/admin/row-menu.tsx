"use client";

import { type FocusEvent, type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";

type RowMenuProps = { label: string; sign: ReactNode; children: ReactNode };

/** The actions of one row, folded behind a button. Without JavaScript there is no button, and they all show. */
export function RowMenu({ label, sign, children }: RowMenuProps) {
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  function onBlur({ currentTarget, relatedTarget }: FocusEvent<HTMLElement>) {
    // Focus goes nowhere when the answer to a button removes that button.
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
        onClick={({ currentTarget }) => {
          // Safari focuses no button that is clicked, and the menu closes when focus leaves it.
          currentTarget.focus();
          setIsOpen(!isOpen);
        }}
      >
        {sign}
      </button>
      <div id={id} className={`row-actions ${isOpen ? "" : "row-actions-folded"}`}>
        {children}
      </div>
    </div>
  );
}
