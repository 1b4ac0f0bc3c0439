"use server";

// Forms of visitors. Each export is an endpoint that anyone can post to: parse, call, redirect or answer form state.
import {
  ConfirmCodeInput,
  ConfirmLinkInput,
  NoInput,
  SignInCodeInput,
  SignInLinkInput,
  TypedPasswordInput,
} from "@/lib/auth/model/schemas";
import { providerAction } from "@/lib/auth-provider/form-action";
import { authProvider } from "@/lib/auth-provider/server";
import { FinishInput, ProviderInput } from "@/lib/oauth/schemas";
import { requestNewCode, submitCode, submitLink } from "@/lib/web/confirm-email";
import { visitorAction } from "@/lib/web/form-actions";
import { judgeTyped } from "@/lib/web/judge-password";
import { finishVisit, startSignIn } from "@/lib/web/provider-sign-in";
import { askForCode, requestAnotherCode, submitSignInCode, submitSignInLink } from "@/lib/web/sign-in-code";

export const loginAction = providerAction(authProvider.login);
export const registerAction = providerAction(authProvider.register);
export const judgePasswordAction = visitorAction("Judge Password", TypedPasswordInput, judgeTyped);
export const confirmCodeAction = visitorAction("Confirm Code", ConfirmCodeInput, submitCode);
export const confirmLinkAction = visitorAction("Confirm Link", ConfirmLinkInput, submitLink);
export const resendCodeAction = visitorAction("Resend Code", NoInput, requestNewCode);
export const askForCodeAction = visitorAction("Ask For Code", SignInCodeInput, askForCode);
export const signInCodeAction = visitorAction("Sign In Code", ConfirmCodeInput, submitSignInCode);
export const anotherCodeAction = visitorAction("Another Code", NoInput, requestAnotherCode);
export const signInLinkAction = visitorAction("Sign In Link", SignInLinkInput, submitSignInLink);
export const forgotPasswordAction = providerAction(async (params) => ({
  ...(await authProvider.forgotPassword(params)),
  redirectTo: undefined,
}));
// Without a token this would change the password of the person who is signed in.
export const resetPasswordAction = providerAction((params) => authProvider.updatePassword({ token: "", ...params }));
export const startProviderAction = visitorAction("Start Provider", ProviderInput, startSignIn);
export const finishProviderAction = visitorAction("Finish Provider", FinishInput, finishVisit);
export const logoutAction = providerAction(async () => ({
  ...(await authProvider.logout()),
  redirectTo: "/login?message=signed-out",
}));
