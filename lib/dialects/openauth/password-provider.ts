import { login } from "@/lib/auth/login";
import { withHasher } from "@/lib/auth/model/password-hash";
import type { Client } from "@/lib/auth/model/principal";
import { LoginInput } from "@/lib/auth/model/schemas";
import type { BegunSession, CompleteSession, SessionOptions } from "@/lib/auth/steps/begin-session";
import { fieldOf } from "@/lib/wire/read-form";
import { getChange, postChange } from "./password-change";
import { type PasswordConfig, type PasswordLoginError, verificationLinks } from "./password-config";
import { proceed } from "./password-owing";
import { getRegister, postRegister } from "./password-register";
import { limited, withoutPasswords } from "./password-rules";
import { flowState } from "./password-state";
import type { Subject } from "./subject";
import { handleFactor } from "./two-factor/screen";

/** The context of a flow: the client that asks, and the functions that sign the person in. */
export type FlowContext = {
  client: Client;
  session: SessionOptions;
  /** The subject of the app's tokens, if `success` chose it before the screen of the factor. */
  subject?: Subject | null;
  /** The issuer's provider by which a session that owes a factor began, if that was not the password. */
  provider?: string;
  success(session: CompleteSession): Promise<Response>;
  /** Takes a session that owes a factor to our own pages, if no app sent the person. Else the screens ask for the factor. */
  owing?(session: BegunSession): Promise<Response>;
};

export type PasswordStep = "authorize" | "register" | "change" | "factor";

/** Sign-in by password. `handle` answers a request to one of its screens; `form` is the posted form, null for a GET. */
export type PasswordFlow = {
  type: "password";
  handle(step: PasswordStep, request: Request, form: FormData | null, context: FlowContext): Promise<Response>;
};

/**
 * Sign-in, its second step, registration and the change of a password, as screens that post forms to themselves. `config` draws
 * them; OpenAuth's `PasswordUI(…)` is such a config. They share codes, limits and accounts with our own pages.
 */
export function PasswordProvider(config: PasswordConfig): PasswordFlow {
  return {
    type: "password",
    handle: (step, request, form, context) =>
      withHasher(config.hasher, () => {
        if (step === "authorize") return form ? postAuthorize(config, request, form, context) : config.login(request);
        if (step === "register")
          return form ? postRegister(config, request, form, context) : getRegister(config, request);
        if (step === "factor") return handleFactor(config, request, form, context);
        return form ? postChange(config, request, form, context) : getChange(config, request);
      }),
  };
}

async function postAuthorize(
  config: PasswordConfig,
  request: Request,
  form: FormData,
  context: FlowContext,
): Promise<Response> {
  const { client, session } = context;
  const refuse = (error: PasswordLoginError) => config.login(request, withoutPasswords(form), error);
  if (!fieldOf(form, "email")) return refuse({ type: "invalid_email" });
  const input = LoginInput.safeParse({ email: fieldOf(form, "email"), password: fieldOf(form, "password") });
  if (!input.success) return refuse({ type: "invalid_password" });
  const { email, password } = input.data;
  const result = await login({ email, password, ...session }, client, verificationLinks(config));
  if (!result.ok) {
    const { message, retryAfter } = result.error;
    return limited(refuse({ type: "invalid_password", ...(retryAfter && { message, retryAfter }) }), retryAfter);
  }
  if (result.value.status === "signed-in") return proceed(config, request, result.value.session, context);
  // The password is right, but the mailbox is not proved: the registration's screen takes the code that was mailed.
  const toCode = new Response(null, { status: 302, headers: { location: "register?code" } });
  return flowState.write(toCode, { flow: "register", id: result.value.verificationId });
}
