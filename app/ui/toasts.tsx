"use client";

import { useEffect, useState } from "react";
import { Icon } from "./icons";

const EVENT = "toast";

/** Shows in the corner of the page, for some seconds, that something has worked. */
export function toast(message: string): void {
  window.dispatchEvent(new CustomEvent(EVENT, { detail: message }));
}

/** The place of these messages. It is there from the start, because screen readers announce only additions to a known place. */
export function Toasts() {
  const [toasts, setToasts] = useState<{ id: number; message: string }[]>([]);
  useEffect(() => {
    const add = (event: Event) => {
      const { detail } = event as CustomEvent<string>;
      setToasts((before) => [...before, { id: (before.at(-1)?.id ?? 0) + 1, message: detail }]);
    };
    window.addEventListener(EVENT, add);
    return () => window.removeEventListener(EVENT, add);
  }, []);
  return (
    <div role="status" className="toasts">
      {toasts.map(({ id, message }) => (
        <p
          key={id}
          className="toast"
          onAnimationEnd={() => setToasts((before) => before.filter((one) => one.id !== id))}
        >
          <Icon name="success" className="mt-0.5 size-4 text-good" />
          {message}
        </p>
      ))}
    </div>
  );
}
