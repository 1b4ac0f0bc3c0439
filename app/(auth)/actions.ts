"use server";

// Forms of visitors. Each export is an endpoint that anybody can post to: parse, call, redirect or answer form state.
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
  return visitorAction(TypedPasswordInput, judgeTyped)(state, form);
}
export async function confirmCodeAction(state: FormState, form: FormData) {
  return visitorAction(ConfirmCodeInput, submitCode)(state, form);
}
export async function confirmLinkAction(state: FormState, form: FormData) {
  return visitorAction(ConfirmLinkInput, submitLink)(state, form);
}
export async function resendCodeAction(state: FormState, form: FormData) {
  return visitorAction(NoInput, requestNewCode)(state, form);
}
export async function askForCodeAction(state: FormState, form: FormData) {
  return visitorAction(SignInCodeInput, askForCode)(state, form);
}
export async function signInCodeAction(state: FormState, form: FormData) {
  return visitorAction(ConfirmCodeInput, submitSignInCode)(state, form);
}
export async function anotherCodeAction(state: FormState, form: FormData) {
  return visitorAction(NoInput, requestAnotherCode)(state, form);
}
export async function signInLinkAction(state: FormState, form: FormData) {
  return visitorAction(SignInLinkInput, submitSignInLink)(state, form);
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
  return visitorAction(ProviderInput, startSignIn)(state, form);
}
export async function finishProviderAction(state: FormState, form: FormData) {
  return visitorAction(FinishInput, finishVisit)(state, form);
}
export async function logoutAction(state: FormState, form: FormData) {
  return providerAction(async () => ({ ...(await authProvider.logout()), redirectTo: "/login?message=signed-out" }))(
    state,
    form,
  );
}
