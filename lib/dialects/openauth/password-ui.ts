import { REGISTRATION_INPUTS } from "@/lib/auth/model/profile";
import { type Html, html } from "./html";
import type { PasswordConfig } from "./password-config";
import { COPY, type Copy } from "./password-copy";
import { page } from "./password-page";
import {
  action,
  button,
  codeField,
  codeForm,
  emailField,
  leadToApp,
  link,
  linkButton,
  newPasswordFields,
  open,
  passwordField,
  profileField,
  recoveryField,
} from "./screen-parts";

type Screens = Pick<PasswordConfig, "login" | "register" | "change" | "factor">;

export type PasswordUIOptions = Pick<PasswordConfig, "sendCode" | "validatePassword" | "hasher"> & {
  /** Words of your own in place of `COPY`. */
  copy?: Partial<Copy>;
};

/**
 * The screens of the password flow as plain pages, which load no scripts and no other files, and never contain a typed password.
 * Statuses are OpenAuth's: 401 for a refused sign-in, 400 for a refused change, 200 for all else.
 */
export function PasswordUI({ copy: own, ...options }: PasswordUIOptions): PasswordConfig & Required<Screens> {
  const copy = { ...COPY, ...own };
  const screen = (title: string, lead: string, content: Html) => page({ brand: copy.logo, title, lead, content });
  const forApp = (request: Request, lead: string) => leadToApp(copy, request, lead);
  return {
    ...options,

    async login(request, form, error) {
      const content = html`${open(copy, error)}
        ${emailField(copy, form)} ${passwordField("password", copy.input_password, "current-password")}
        ${button(copy)}
        <p>${copy.register_prompt} ${link("register", copy.register)}</p>
        <p>${link("change", copy.change_prompt)}</p></form>`;
      return screen(copy.login_title, forApp(request, copy.login_description), content)(error ? 401 : 200);
    },

    async register(request, state, form, error) {
      if (state.type === "code") {
        const resend = html`<form method="post">${action("register")}${linkButton(copy.code_resend)}</form>`;
        return screen(copy.code_title, copy.code_description, html`${codeForm(copy, error)}${resend}`)(200);
      }
      const fields = REGISTRATION_INPUTS.map((field) => profileField(field, form));
      const content = html`${open(copy, error)}${action("register")} ${fields}
        ${emailField(copy, form)} ${newPasswordFields(copy)} ${button(copy)}
        <p>${copy.login_prompt} ${link("authorize", copy.login)}</p></form>`;
      return screen(copy.register_title, forApp(request, copy.register_description), content)(200);
    },

    async change(_request, state, form, error) {
      const status = error ? 400 : 200;
      if (state.type === "code") {
        const again = html`<input type="hidden" name="email" value="${state.email}">${linkButton(copy.code_resend)}`;
        const resend = html`<form method="post">${action("code")}${again}
          <p>${copy.code_return} ${link("authorize", copy.login)}</p></form>`;
        return screen(copy.code_title, copy.code_description, html`${codeForm(copy, error)}${resend}`)(status);
      }
      const [title, lead] = [copy.change_title, state.type === "start" ? copy.change_description : ""];
      const fields =
        state.type === "start"
          ? html`${action("code")}${emailField(copy, form)}`
          : html`${action("update")}${newPasswordFields(copy)}`;
      return screen(title, lead, html`${open(copy, error)}${fields}${button(copy)}</form>`)(status);
    },

    async factor(_request, state, error) {
      if (state.type === "elsewhere") {
        const setup = state.owed === "setup";
        const [title, lead] = setup
          ? [copy.setup_title, copy.setup_description]
          : [copy.factor_title, copy.passkey_description];
        return screen(title, lead, html`<p>${link(state.url, copy.login)}</p>`)(403);
      }
      const asksApp = state.type === "totp";
      const otherWay = asksApp
        ? html`${copy.factor_recovery_prompt} ${link("factor?with=recovery-code", copy.factor_recovery)}`
        : html`${copy.factor_app_prompt} ${link("factor", copy.factor_app)}`;
      const content = html`${open(copy, error)}
        ${asksApp ? codeField(copy) : recoveryField(copy)}
        <label data-component="check"><input type="checkbox" name="remember"> ${copy.factor_remember}</label>
        ${button(copy)} ${state.both && html`<p>${otherWay}</p>`}</form>`;
      const lead = asksApp ? copy.factor_description : copy.factor_recovery_description;
      return screen(copy.factor_title, lead, content)(error ? 401 : 200);
    },
  };
}
