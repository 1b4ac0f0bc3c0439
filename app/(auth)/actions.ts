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
import type { FormState } from "@/lib/web/form-state";
import { judgeTyped } from "@/lib/web/judge-password";
import { finishVisit, startSignIn } from "@/lib/web/provider-sign-in";
import { askForCode, requestAnotherCode, submitSignInCode, submitSignInLink } from "@/lib/web/sign-in-code";

export async function loginAction(state: FormState, form: FormData) {
  return providerAction(authProvider.login)(state, form);
}
export async function registerAction(state: FormState, form: FormData) {
  return providerAction(authProvider.register)(state, form);
}
export async function judgePasswordAction(state: FormState, form: FormData) {
  return visitorAction("Judge Password", TypedPasswordInput, judgeTyped)(state, form);
}
export async function confirmCodeAction(state: FormState, form: FormData) {
  return visitorAction("Confirm Code", ConfirmCodeInput, submitCode)(state, form);
}
export async function confirmLinkAction(state: FormState, form: FormData) {
  return visitorAction("Confirm Link", ConfirmLinkInput, submitLink)(state, form);
}
export async function resendCodeAction(state: FormState, form: FormData) {
  return visitorAction("Resend Code", NoInput, requestNewCode)(state, form);
}
export async function askForCodeAction(state: FormState, form: FormData) {
  return visitorAction("Ask For Code", SignInCodeInput, askForCode)(state, form);
}
export async function signInCodeAction(state: FormState, form: FormData) {
  return visitorAction("Sign In Code", ConfirmCodeInput, submitSignInCode)(state, form);
}
export async function anotherCodeAction(state: FormState, form: FormData) {
  return visitorAction("Another Code", NoInput, requestAnotherCode)(state, form);
}
export async function signInLinkAction(state: FormState, form: FormData) {
  return visitorAction("Sign In Link", SignInLinkInput, submitSignInLink)(state, form);
}
export async function forgotPasswordAction(state: FormState, form: FormData) {
  return providerAction(async (params) => ({ ...(await authProvider.forgotPassword(params)), redirectTo: undefined }))(
    state,
    form,
  );
}
export async function resetPasswordAction(state: FormState, form: FormData) {
  return providerAction((params) => authProvider.updatePassword({ token: "", ...Object(params) }))(state, form);
}
export async function startProviderAction(state: FormState, form: FormData) {
  return visitorAction("Start Provider", ProviderInput, startSignIn)(state, form);
}
export async function finishProviderAction(state: FormState, form: FormData) {
  return visitorAction("Finish Provider", FinishInput, finishVisit)(state, form);
}
export async function logoutAction(state: FormState, form: FormData) {
  return providerAction(async () => ({ ...(await authProvider.logout()), redirectTo: "/login?message=signed-out" }))(
    state,
    form,
  );
}
