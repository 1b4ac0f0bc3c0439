import type { ReactNode } from "react";
import { startProviderAction } from "@/app/(auth)/actions";
import { enabledProviders } from "@/lib/oauth/registry";
import { ProviderButton } from "./provider-button";

/** The ways to sign in at third parties, below a form and after its other ways in, `children`; nothing where there is none. */
export function ProviderButtons({ to, children }: { to?: string; children?: ReactNode }) {
  const providers = enabledProviders();
  if (providers.length === 0 && !children) return null;
  return (
    <>
      <div className="flex items-center gap-3 text-sm text-muted" aria-hidden="true">
        <hr className="grow border-line" />
        or
        <hr className="grow border-line" />
      </div>
      <ul className="grid gap-3">
        {children && <li className="grid gap-3">{children}</li>}
        {providers.map(({ id, name }) => (
          <li key={id}>
            <ProviderButton action={startProviderAction} provider={id} to={to}>
              {`Continue with ${name}`}
            </ProviderButton>
          </li>
        ))}
      </ul>
    </>
  );
}
