import type { CodeConfig } from "./code-provider";
import { html } from "./html";
import { COPY, type Copy } from "./password-copy";
import { page } from "./password-page";
import { action, button, codeForm, emailField, leadToApp, linkButton, open } from "./screen-parts";

/** Words of your own in place of `COPY`, and your own way to send the code in place of our mail. */
export type CodeUIOptions = Pick<CodeConfig, "sendCode"> & { copy?: Partial<Copy> };

/** The two screens of a mailed code as plain pages, which load no scripts and no other files. */
export function CodeUI({ copy: own, ...options }: CodeUIOptions = {}): CodeConfig {
  const copy = { ...COPY, ...own };
  return {
    ...options,
    async request(request, state, form, error) {
      if (state.type === "start") {
        const problem = error && ({ type: error.type === "invalid_claim" ? "invalid_email" : error.type } as const);
        const content = html`${open(copy, problem)}${action("request")}${emailField(copy, form)}${button(copy)}</form>`;
        const lead = leadToApp(copy, request, copy.code_lead);
        return page({ brand: copy.logo, title: copy.login_title, lead, content })(200);
      }
      const problem = error?.type === "invalid_code" ? error : undefined;
      const again = html`<form method="post">${action("resend")}
        <input type="hidden" name="email" value="${state.claims.email}">${linkButton(copy.code_resend)}</form>`;
      const content = html`${codeForm(copy, problem)}${again}`;
      return page({ brand: copy.logo, title: copy.code_title, lead: copy.code_description, content })(200);
    },
  };
}
