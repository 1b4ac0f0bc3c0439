import { redirect } from "next/navigation";
import { formState, formValues } from "@/lib/web/form-actions";
import type { FormAction } from "@/lib/web/form-state";
import type { AuthActionResponse } from "./contract";
import { ourWords } from "./respond";

/** A form's action from one of the provider's methods: it goes where the method says, or shows what the method said. */
export function providerAction(method: (params: Record<string, string>) => Promise<AuthActionResponse>): FormAction {
  return async (_, form) => {
    const values = formValues(form);
    const { success, redirectTo, successNotification, error, code, fields, retryAfter } = await method(values);
    if (success && redirectTo) redirect(redirectTo);
    const told = successNotification?.description ?? successNotification?.message;
    const message = success ? told : ourWords(error?.message);
    return formState({ status: success ? "success" : "error", message, code, fields, retryAfter }, values);
  };
}
