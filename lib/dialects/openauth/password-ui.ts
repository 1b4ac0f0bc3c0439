import { type ProfileInput, REGISTRATION_INPUTS } from "@/lib/auth/model/profile";
import { fieldOf } from "@/lib/wire/read-form";
import { appOf } from "./authorization";
import { type Html, html } from "./html";
import type {
  PasswordChangeError,
  PasswordConfig,
  PasswordFactorError,
  PasswordLoginError,
  PasswordRegisterError,
} from "./password-config";
import { COPY, type Copy } from "./password-copy";
import { page } from "./password-page";

type Screens = Pick<PasswordConfig, "login" | "register" | "change" | "factor">;

export type PasswordUIOptions = Pick<PasswordConfig, "sendCode" | "validatePassword" | "hasher"> & {
  /** Words of your own in place of `COPY`. */
  copy?: Partial<Copy>;
};

/**
 * The screens of the password flow as plain pages: without scripts, without other files, and without any password that
 * was typed. Statuses are OpenAuth's: a refused sign-in is 401, a refused change 400, all else 200.
 */
export function PasswordUI({ copy: own, ...options }: PasswordUIOptions): PasswordConfig & Required<Screens> {
  const copy = { ...COPY, ...own };
  const screen = (title: string, lead: string, content: Html) => page({ brand: copy.logo, title, lead, content });
  const forApp = (request: Request, lead: string) => {
    const app = appOf(request);
    return app ? `${lead} ${copy.app_description} ${app.name}.` : lead;
  };
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
        const resend = html`<form method="post">${action("code")}${again}</form>
          <p>${copy.code_return} ${link("authorize", copy.login)}</p>`;
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

type Problem = PasswordLoginError | PasswordRegisterError | PasswordChangeError | PasswordFactorError;

/** The start of a form: what was wrong stands first, where it is read first. */
function open(copy: Copy, error: Problem | undefined): Html {
  const said = error && "message" in error ? error.message : undefined;
  const message = error && (said ?? copy[`error_${error.type}`]);
  return html`<form method="post" data-component="form">
    <p role="alert" data-component="form-alert"><span data-slot="message">${message}</span></p>`;
}

function codeForm(copy: Copy, error: Problem | undefined): Html {
  return html`${open(copy, error)}${action("verify")}
    ${codeField(copy)}
    ${button(copy)}</form>`;
}

function codeField(copy: Copy): Html {
  return html`<label>${copy.input_code}<input data-component="input" name="code" minlength="6" maxlength="6"
    inputmode="numeric" autocomplete="one-time-code" required autofocus></label>`;
}

function recoveryField(copy: Copy): Html {
  return html`<label>${copy.input_recovery}<input data-component="input" name="code" maxlength="20" required autofocus
    autocomplete="off" autocapitalize="characters" spellcheck="false"></label>`;
}

function emailField(copy: Copy, form: FormData | undefined): Html {
  const typed = form?.get("email");
  return html`<label>${copy.input_email}<input data-component="input" type="email" name="email" required
    autocomplete="username" value="${typeof typed === "string" ? typed : ""}"></label>`;
}

function profileField({ name, label, hint, required, ...input }: ProfileInput, form: FormData | undefined): Html {
  const { type = "text", autoComplete = "on", inputMode = "text" } = input;
  return html`<label>${label}<input data-component="input" type="${type}" name="${name}" autocomplete="${autoComplete}"
    inputmode="${inputMode}" value="${form && fieldOf(form, name)}" ${required && "required"}>
    ${hint && html`<small>${hint}</small>`}</label>`;
}

function newPasswordFields(copy: Copy): Html {
  return html`${passwordField("password", copy.input_password, "new-password")}
    ${passwordField("repeat", copy.input_repeat, "new-password")}`;
}

function passwordField(name: string, label: string, autocomplete: string): Html {
  return html`<label>${label}<input data-component="input" type="password" name="${name}" required
    autocomplete="${autocomplete}"></label>`;
}

function action(name: string): Html {
  return html`<input type="hidden" name="action" value="${name}">`;
}

function button(copy: Copy): Html {
  return html`<button data-component="button">${copy.button_continue}</button>`;
}

function linkButton(label: string): Html {
  return html`<button data-component="link">${label}</button>`;
}

function link(href: string, label: string): Html {
  return html`<a data-component="link" href="${href}">${label}</a>`;
}
