import type { ReactNode } from "react";
import { Brand } from "./brand";

/**
 * The frame of every page outside the signed-in area. Its content is aligned to the top, so that a card which
 * grows by a message stays where it is.
 */
export function AuthFrame({ children }: { children: ReactNode }) {
  return (
    <div className="auth-frame">
      <header>
        <Brand />
      </header>
      <main className="grid gap-6">{children}</main>
    </div>
  );
}

type AuthCardProps = {
  title: string;
  lead?: ReactNode;
  footer?: ReactNode;
  /** For a card that replaces another without a page load: focus moves to its title, so that screen readers go on there. */
  takesFocus?: boolean;
  children?: ReactNode;
};

/** One card, one job. On a phone the page itself is the card. */
export function AuthCard({ title, lead, footer, takesFocus, children }: AuthCardProps) {
  return (
    <>
      <div className="card auth-card">
        <div className="grid gap-1.5">
          <h1 className="text-lg" tabIndex={takesFocus ? -1 : undefined} ref={takesFocus ? focus : undefined}>
            {title}
          </h1>
          {lead && <p className="break-words text-muted">{lead}</p>}
        </div>
        {children}
      </div>
      {footer && <div className="text-sm text-muted sm:text-center">{footer}</div>}
    </>
  );
}

function focus(element: HTMLElement | null) {
  element?.focus();
}
