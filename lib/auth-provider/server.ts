import { z } from "zod";
import { fail, ok, type Result } from "@/lib/auth/errors";
import { forgotPassword } from "@/lib/auth/forgot-password";
import { login } from "@/lib/auth/login";
import type { Client } from "@/lib/auth/principal";
import { register } from "@/lib/auth/register";
import * as schemas from "@/lib/auth/schemas";
import { changePassword, resetPassword } from "@/lib/auth/update-password";
import { currentClient } from "@/lib/http/client-info";
import { links } from "@/lib/http/links";
import { rememberPending } from "@/lib/http/pending";
import { currentPrincipal } from "@/lib/http/principal";
import { safeRedirect } from "@/lib/http/safe-redirect";
import { endBrowserSession, renewBrowserSession, startBrowserSession } from "@/lib/http/session-cookie";
import { checkPrincipal } from "./check";
import type { AuthActionResponse, AuthProvider } from "./contract";
import { identityOf } from "./identity";
import { onError } from "./on-error";
import { parse, refusal, settled } from "./respond";

type Answer = Pick<AuthActionResponse, "redirectTo" | "successNotification">;

/** A method: parse, do, answer. A `redirectPath` of the caller's goes before our own, made safe. */
function method<T extends z.ZodType>(
  errorName: string,
  schema: T,
  run: (input: z.output<T>, client: Client, wish: string | undefined) => Promise<Result<Answer>>,
) {
  return async (params: unknown): Promise<AuthActionResponse> => {
    const { to, redirectPath } = wishOf(params);
    const result = await settled(async () => {
      const input = parse(schema, params);
      return input.ok ? run(input.value, await currentClient(), to ?? redirectPath) : input;
    });
    if (!result.ok) return refusal(errorName, result.error);
    const { redirectTo } = result.value;
    return {
      success: true,
      ...result.value,
      redirectTo: redirectPath ? safeRedirect(redirectPath, redirectTo) : redirectTo,
    };
  };
}

const Wish = z.object({ to: schemas.to, redirectPath: schemas.to });

function wishOf(params: unknown): { to?: string; redirectPath?: string } {
  return Wish.safeParse(params).data ?? {};
}

/** refine's nine methods, on the server: for server components, actions and route handlers. */
export const authProvider: AuthProvider = {
  login: method("Login Error", schemas.LoginInput, async (input, client, to) => {
    const result = await login({ ...input, to }, client, links);
    if (!result.ok) return result;
    if (result.value.status === "unverified") {
      await rememberPending(result.value.verificationId);
      return ok({ redirectTo: "/verify-email" });
    }
    await startBrowserSession(result.value.session, result.value.user.id);
    return ok({ redirectTo: safeRedirect(to) });
  }),

  register: method("Register Error", schemas.RegisterInput, async (input, client, to) => {
    const result = await register({ ...input, to }, client, links);
    if (!result.ok) return result;
    if (result.value.status === "pending") {
      await rememberPending(result.value.verificationId);
      return ok({ redirectTo: "/verify-email" });
    }
    await startBrowserSession(result.value.session, result.value.user.id);
    return ok({ redirectTo: safeRedirect(to) });
  }),

  forgotPassword: method("Forgot Password Error", schemas.ForgotPasswordInput, async (input, client) => {
    const result = await forgotPassword(input, client, links);
    if (!result.ok) return result;
    return ok({ redirectTo: "/login", successNotification: { message: "Check your inbox", description: RESET_SENT } });
  }),

  updatePassword: async (params) => (hasToken(params) ? resetByLink(params) : changeSignedIn(params)),

  async logout(params) {
    const { redirectPath } = wishOf(params);
    const result = await settled(async () => ok(await endBrowserSession()));
    if (!result.ok) return refusal("Logout Error", result.error);
    return { success: true, redirectTo: safeRedirect(redirectPath, "/login") };
  },

  check: () => checkPrincipal(currentPrincipal),

  onError,

  async getPermissions() {
    const principal = await currentPrincipal();
    return principal?.roles ?? null;
  },

  async getIdentity() {
    const principal = await currentPrincipal();
    return principal && identityOf(principal);
  },
};

const RESET_SENT = "If that address has an account, a link to set a new password is on its way.";

// refine's own update-password page calls the new password `password`; ours calls it `newPassword`.
const named = <T extends z.ZodType>(schema: T) =>
  z.preprocess((params) => {
    const { password, ...rest } = Object(params) as Record<string, unknown>;
    return { newPassword: password, ...rest };
  }, schema);

const resetByLink = method("Update Password Error", named(schemas.ResetPasswordInput), async (input, client) => {
  const result = await resetPassword(input, client, links);
  return result.ok ? ok({ redirectTo: "/login?message=reset" }) : result;
});

const changeSignedIn = method("Update Password Error", named(schemas.ChangePasswordInput), async (input, client) => {
  const principal = await currentPrincipal();
  if (!principal) return fail("unauthenticated");
  const result = await changePassword(principal, input, client, links);
  if (!result.ok) return result;
  await renewBrowserSession(result.value);
  return ok({});
});

function hasToken(params: unknown): boolean {
  return typeof params === "object" && params !== null && "token" in params && params.token !== undefined;
}
