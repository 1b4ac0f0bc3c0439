"use client";

import type { ReactNode } from "react";

/**
 * A menu in a native popover: it opens without JavaScript, and Escape or a click elsewhere closes it. The script only
 * closes it after a choice, as a page load would.
 */
export function Menu({ id, children }: { id: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: what is clicked are the links inside.
    <div
      id={id}
      popover="auto"
      className="menu"
      onClick={(event) => closeAfterChoice(event.currentTarget, event.target)}
    >
      {children}
    </div>
  );
}

function closeAfterChoice(menu: HTMLElement, target: EventTarget) {
  if (target instanceof Element && target.closest("a")) menu.hidePopover();
}
