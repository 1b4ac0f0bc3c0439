import { findClient } from "./clients";
import { html } from "./html";
import { pathOf } from "./names";
import { page } from "./password-page";
import { titleOfScreens } from "./theme";

/** The package's names of provider types, for people. */
const DISPLAY: Record<string, string> = {
  github: "GitHub",
  x: "X",
  jumpcloud: "JumpCloud",
  oidc: "OpenID",
  oauth2: "OAuth",
};

/** For each provider another name on its button, or no button. */
export type SelectOptions = { providers?: Record<string, { hide?: boolean; display?: string }> };

/** The screen on which people choose a provider, with the package's options. */
export function Select({ providers: own = {} }: SelectOptions = {}) {
  return async (providers: Record<string, string>, request: Request): Promise<Response> => {
    const app = findClient(new URL(request.url).searchParams.get("client_id") ?? "");
    const shown = Object.entries(providers).filter(([name]) => !own[name]?.hide);
    const ways = shown.map(
      ([name, type]) =>
        html`<a data-component="button" class="button" href="${pathOf(name)}">Continue with ${own[name]?.display ?? displayOf(type)}</a>`,
    );
    const lead = app ? `You will continue to ${app.name}.` : "Choose how.";
    return page({ brand: titleOfScreens(), title: "Sign in", lead, content: html`<nav>${ways}</nav>` })(200);
  };
}

function displayOf(type: string): string {
  return DISPLAY[type] ?? type.charAt(0).toUpperCase() + type.slice(1);
}
