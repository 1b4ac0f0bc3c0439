"use client";

import { type ReactNode, useEffect, useState } from "react";

const KEY = "last-provider";

type Named = HTMLFormControlsCollection & { provider?: HTMLInputElement; password?: Element };

/** The buttons of providers, two in a row if there are three or more. The provider of this browser's last sign-in is marked. */
export function ProviderList({ buttons }: { buttons: { id: string; button: ReactNode }[] }) {
  const [last, setLast] = useState<string | null>(null);
  useEffect(() => {
    const onSubmit = ({ target }: Event) => {
      const { provider, password } = (target as HTMLFormElement).elements as Named;
      // After a sign-in by password no provider is marked.
      if (provider || password) withStorage(() => localStorage.setItem(KEY, provider?.value ?? ""));
    };
    withStorage(() => setLast(localStorage.getItem(KEY)));
    document.addEventListener("submit", onSubmit);
    return () => document.removeEventListener("submit", onSubmit);
  }, []);
  return (
    <ul
      className={`grid gap-3 ${buttons.length > 2 ? "grid-cols-[repeat(auto-fit,minmax(min(100%,8.5rem),1fr))]" : ""}`}
    >
      {buttons.map(({ id, button }) => (
        <li key={id} className={`relative ${buttons.length > 2 ? "last:odd:col-span-full" : ""}`}>
          {button}
          {id === last && <span className="last-used">Last used</span>}
        </li>
      ))}
    </ul>
  );
}

/** Browsers throw here where a person forbids this site to store anything. */
function withStorage(use: () => void): void {
  try {
    use();
  } catch {
    // Nothing is stored, so no button is marked.
  }
}
