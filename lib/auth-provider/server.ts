import { z } from "zod";
import { prepareEmailChange } from "@/lib/auth/change-email";
import { changePassword } from "@/lib/auth/change-password";
import { forgotPassword } from "@/lib/auth/forgot-password";
import { type LoginOutcome, login } from "@/lib/auth/login";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { parse } from "@/lib/auth/model/parse";
import { rolesOf } from "@/lib/auth/model/permissions";
import type { Client, Principal } from "@/lib/auth/model/principal";
import * as schemas from "@/lib/auth/model/schemas";
import { type RegisterOutcome, register } from "@/lib/auth/register";
import { resetPassword } from "@/lib/auth/reset-password";
import { changeAsOne } from "@/lib/auth/steps/change-as-one";
import { updateProfile } from "@/lib/auth/update-profile";
import { enabledProviders } from "@/lib/oauth/registry";
import { ProviderNameInput } from "@/lib/oauth/schemas";
import { links } from "@/lib/routes";
import { endBrowserSession, keepBrowserSession, markBrowser, startBrowserSession } from "@/lib/web/browser-session";
import { currentClient } from "@/lib/web/current-client";
import { currentHolder, currentPrincipal } from "@/lib/web/current-principal";
import { startSignIn } from "@/lib/web/provider-sign-in";
import { pendingId, rememberPending } from "@/lib/web/registration-cookie";
import { settle } from "@/lib/web/settle";
import { safeRedirect } from "@/lib/wire/safe-redirect";
import { checkPrincipal } from "./check";
import type { AuthActionResponse, AuthProvider } from "./contract";
import { identityOf } from "./identity";
import { onError } from "./on-error";
import { refusal } from "./respond";

type Answer = Pick<AuthActionResponse, "redirectTo" | "successNotification">;

/** Where the caller wants to go next, untrusted: `redirectPath` after this call, `to` once the person is signed in. */
type Wish = { to?: string; redirectPath?: string };

/** A method: parse, do, answer. */
function method<T extends z.ZodType>(
  errorName: string,
  schema: T,
  run: (input: z.output<T>, client: Client, wish: Wish) => Promise<Result<Answer>>,
) {
  return async (params: unknown): Promise<AuthActionResponse> => {
    const result = await settle(
      async () => {
        const input = parse(schema, params);
        return input.ok ? run(input.value, await currentClient(), wishOf(params)) : input;
      },
      errorName.replace(" Error", ""),
    );
    return result.ok ? { success: true, ...result.value } : refusal(errorName, result.error);
  };
}

const WishInput = z.object({ to: schemas.to, redirectPath: schemas.to });

function wishOf(params: unknown): Wish {
  return WishInput.safeParse(params).data ?? {};
}

/** refine's ten methods, on the server: for server components, actions and route handlers. */
export const authProvider: AuthProvider = {
  login: async (params) =>
    typeof given(params, "providerName") === "string" ? loginAtProvider(params) : loginByPassword(params),

  register: method("Register Error", schemas.RegisterInput, async (input, client, wish) => {
    const to = safeRedirect(wish.to ?? wish.redirectPath);
    const { email, password, ...profile } = input;
    const wanted = { email, password, profile, to, pendingId: await pendingId() };
    const result = await register(wanted, client, links);
    return result.ok ? enter(result.value, to) : result;
  }),

  forgotPassword: method("Forgot Password Error", schemas.ForgotPasswordInput, async (input, client, wish) => {
    const result = await forgotPassword(input, client, links);
    return result.ok
      ? ok({ redirectTo: safeRedirect(wish.redirectPath, "/login"), successNotification: RESET_SENT })
      : result;
  }),

  updatePassword: async (params) =>
    given(params, "token") !== undefined ? resetByLink(params) : changeSignedIn(params),

  updateIdentity: method("Update Identity Error", schemas.IdentityInput, async (input, client, wish) => {
    const principal = await currentPrincipal();
    if (!principal) return fail("unauthenticated");
    const { email = principal.email, currentPassword, ...profile } = input;
    const moves = email !== principal.email;
    const asked = moves ? await prepareEmailChange(principal, { email, currentPassword }, client, links) : null;
    if (asked && !asked.ok) return asked;
    const result = await changeAsOne([() => updateProfile(principal, profile), ...(asked ? [asked.value] : [])]);
    if (!result.ok) return result;
    const redirectTo = wish.redirectPath && safeRedirect(wish.redirectPath);
    return ok({ ...(redirectTo && { redirectTo }), ...(moves && { successNotification: EMAIL_CHANGE_ASKED }) });
  }),

  async logout(params) {
    const { redirectPath } = wishOf(params);
    const result = await settle(async () => ok(await endBrowserSession()));
    if (!result.ok) return refusal("Logout Error", result.error);
    return { success: true, redirectTo: safeRedirect(redirectPath, "/login") };
  },

  check: () => checkPrincipal(currentHolder),

  onError,

  getPermissions: () => ofPrincipal(rolesOf),

  getIdentity: () => ofPrincipal(identityOf),
};

/** The providers that have a button, as refine's AuthPage takes them. */
export function buttonsOfProviders(): { name: string; label: string }[] {
  return enabledProviders().map(({ id, name }) => ({ name: id, label: name }));
}

const RESET_SENT = {
  message: "Check your inbox",
  description: "If that address has an account, a link to set a new password is on its way.",
};

const EMAIL_CHANGE_ASKED = {
  message: "Check your new inbox",
  description: "Your email changes once you open the link that is on its way to the new address.",
};

const loginByPassword = method("Login Error", schemas.LoginInput, async (input, client, wish) => {
  const to = safeRedirect(wish.to ?? wish.redirectPath);
  const result = await login({ ...input, to, pendingId: await pendingId() }, client, links);
  return result.ok ? enter(result.value, to) : result;
});

/** Leads to the third party, whose address is on another site, so the client's router must not handle it. */
const loginAtProvider = method("Login Error", ProviderNameInput, async ({ providerName }, client, wish) => {
  const result = await startSignIn({ provider: providerName, to: wish.to ?? wish.redirectPath }, client);
  return result.ok ? ok({ redirectTo: result.value.leaveTo }) : result;
});

/** After the right password: signed in, or on to the page for the code. */
async function enter(outcome: LoginOutcome | RegisterOutcome, redirectTo: string): Promise<Result<Answer>> {
  if (outcome.status === "signed-in") return ok({ redirectTo: await startBrowserSession(outcome.session, redirectTo) });
  await rememberPending(outcome.verificationId);
  return ok({ redirectTo: "/verify-email" });
}

/** Null when signed out and during an outage; `check()` tells which. */
async function ofPrincipal<T>(read: (principal: Principal) => T | Promise<T>): Promise<T | null> {
  const result = await settle(async () => {
    const principal = await currentPrincipal();
    return ok(principal && (await read(principal)));
  });
  return result.ok ? result.value : null;
}

// refine's own update-password page calls the new password `password`; ours calls it `newPassword`.
const named = <T extends z.ZodType>(schema: T) =>
  z.preprocess((params) => {
    const { password, ...rest } = Object(params) as Record<string, unknown>;
    return { newPassword: password, ...rest };
  }, schema);

const resetByLink = method("Update Password Error", named(schemas.ResetPasswordInput), async (input, client, wish) => {
  const result = await resetPassword(input, client);
  if (!result.ok) return result;
  const { userId: id, deviceEra } = result.value;
  if (deviceEra !== null) await markBrowser({ id, deviceEra });
  return ok({ redirectTo: safeRedirect(wish.redirectPath, "/login?message=reset") });
});

const changeSignedIn = method(
  "Update Password Error",
  named(schemas.ChangePasswordInput),
  async (input, client, wish) => {
    const principal = await currentPrincipal();
    if (!principal) return fail("unauthenticated");
    const result = await changePassword(principal, input, client);
    if (!result.ok) return result;
    await keepBrowserSession(result.value, principal.userId);
    return ok(wish.redirectPath ? { redirectTo: safeRedirect(wish.redirectPath) } : {});
  },
);

/** What a caller gave by this name. The types promise nothing: a caller may be a script. */
function given(params: unknown, name: string): unknown {
  return Object(params)[name];
}
