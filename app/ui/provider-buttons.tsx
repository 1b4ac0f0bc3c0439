import type { ReactNode } from "react";
import { startProviderAction } from "@/app/(auth)/actions";
import { enabledProviders } from "@/lib/oauth/registry";
import { FormButton } from "./form-button";
import { ProviderList } from "./provider-list";
import { ProviderMark } from "./provider-mark";

/** The buttons of providers, below a form and its other ways to sign in (`children`). Without any of them it shows nothing. */
export function ProviderButtons({ to, children }: { to?: string; children?: ReactNode }) {
  const providers = enabledProviders();
  if (providers.length === 0 && !children) return null;
  // In two columns the mark replaces the words.
  const isShort = providers.length > 2;
  const buttons = providers.map(({ id, name }) => ({
    id,
    button: (
      <FormButton action={startProviderAction} fields={{ provider: id, to }} pending="Continuing…">
        <ProviderMark provider={id} />
        <span className="truncate max-[30em]:whitespace-normal">
          <span className={isShort ? "sr-only" : ""}>Continue with </span>
          {name}
        </span>
      </FormButton>
    ),
  }));
  return (
    <>
      <div className="flex items-center gap-3 text-sm text-muted" aria-hidden="true">
        <hr className="grow border-line" />
        or
        <hr className="grow border-line" />
      </div>
      <div className="grid gap-3">
        {children}
        {buttons.length > 0 && <ProviderList buttons={buttons} />}
      </div>
    </>
  );
}
