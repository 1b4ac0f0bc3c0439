import type { ProfileInput } from "@/lib/auth/model/profile";
import { fieldOf } from "@/lib/wire/read-form";
import { appOf } from "./authorization";
import { type Html, html } from "./html";
import type {
  PasswordChangeError,
  PasswordFactorError,
  PasswordLoginError,
  PasswordRegisterError,
} from "./password-config";
import type { Copy } from "./password-copy";

type Problem = PasswordLoginError | PasswordRegisterError | PasswordChangeError | PasswordFactorError;

/** The start of a form, with the error at the top so that people read it first. */
export function open(copy: Copy, error: Problem | undefined): Html {
  const said = error && "message" in error ? error.message : undefined;
  const message = error && (said ?? copy[`error_${error.type}`]);
  return html`<form method="post" data-component="form">
    <p role="alert" data-component="form-alert"><span data-slot="message">${message}</span></p>`;
}

export function codeForm(copy: Copy, error: Problem | undefined): Html {
  return html`${open(copy, error)}${action("verify")}
    ${codeField(copy)}
    ${button(copy)}</form>`;
}

export function codeField(copy: Copy): Html {
  return html`<label>${copy.input_code}<input data-component="input" name="code" minlength="6" maxlength="6"
    inputmode="numeric" autocomplete="one-time-code" required autofocus></label>`;
}

export function recoveryField(copy: Copy): Html {
  return html`<label>${copy.input_recovery}<input data-component="input" name="code" maxlength="20" required autofocus
    autocomplete="off" autocapitalize="characters" spellcheck="false"></label>`;
}

export function emailField(copy: Copy, form: FormData | undefined): Html {
  const typed = form?.get("email");
  return html`<label>${copy.input_email}<input data-component="input" type="email" name="email" required
    autocomplete="username" value="${typeof typed === "string" ? typed : ""}"></label>`;
}

export function profileField(
  { name, label, hint, required, ...input }: ProfileInput,
  form: FormData | undefined,
): Html {
  const { type = "text", autoComplete = "on", inputMode = "text" } = input;
  return html`<label>${label}<input data-component="input" type="${type}" name="${name}" autocomplete="${autoComplete}"
    inputmode="${inputMode}" value="${form && fieldOf(form, name)}" ${required && "required"}>
    ${hint && html`<small>${hint}</small>`}</label>`;
}

export function newPasswordFields(copy: Copy): Html {
  return html`${passwordField("password", copy.input_password, "new-password")}
    ${passwordField("repeat", copy.input_repeat, "new-password")}`;
}

export function passwordField(name: string, label: string, autocomplete: string): Html {
  return html`<label>${label}<input data-component="input" type="password" name="${name}" required
    autocomplete="${autocomplete}"></label>`;
}

export function action(name: string): Html {
  return html`<input type="hidden" name="action" value="${name}">`;
}

export function button(copy: Copy): Html {
  return html`<button data-component="button" class="button">${copy.button_continue}</button>`;
}

export function linkButton(label: string): Html {
  return html`<button data-component="link">${label}</button>`;
}

export function link(href: string, label: string): Html {
  return html`<a data-component="link" href="${href}">${label}</a>`;
}

/** The words above a form, with the name of the app that the sign-in is for. */
export function leadToApp(copy: Copy, request: Request, lead: string): string {
  const app = appOf(request);
  return app ? `${lead} ${copy.app_description} ${app.name}.` : lead;
}
