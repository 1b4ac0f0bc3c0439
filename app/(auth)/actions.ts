"use server";

// Forms of visitors. Each export is an endpoint that anybody can post to: parse, call, redirect or answer form state.
import { ConfirmCodeInput, ConfirmLinkInput, NoInput } from "@/lib/auth/model/schemas";
import { providerAction } from "@/lib/auth-provider/form-action";
import { authProvider } from "@/lib/auth-provider/server";
import { FinishInput, ProviderInput } from "@/lib/oauth/schemas";
import { confirmCodeHere, confirmLinkHere, resendHere } from "@/lib/web/confirm-email";
import { visitorAction } from "@/lib/web/form-actions";
import type { FormState } from "@/lib/web/form-state";
import { finishProviderHere, startProviderHere } from "@/lib/web/provider-sign-in";

export async function loginAction(state: FormState, form: FormData) {
  return providerAction(authProvider.login)(state, form);
}
export async function registerAction(state: FormState, form: FormData) {
  return providerAction(authProvider.register)(state, form);
}
export async function confirmCodeAction(state: FormState, form: FormData) {
  return visitorAction(ConfirmCodeInput, confirmCodeHere)(state, form);
}
export async function confirmLinkAction(state: FormState, form: FormData) {
  return visitorAction(ConfirmLinkInput, confirmLinkHere)(state, form);
}
export async function resendCodeAction(state: FormState, form: FormData) {
  return visitorAction(NoInput, resendHere)(state, form);
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
  return visitorAction(ProviderInput, startProviderHere)(state, form);
}
export async function finishProviderAction(state: FormState, form: FormData) {
  return visitorAction(FinishInput, finishProviderHere)(state, form);
}
export async function logoutAction(state: FormState, form: FormData) {
  return providerAction(async () => ({ ...(await authProvider.logout()), redirectTo: "/login?message=signed-out" }))(
    state,
    form,
  );
}
