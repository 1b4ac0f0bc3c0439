"use server";

import { revalidatePath } from "next/cache";
import { endUserSessions, setUserDisabled } from "@/lib/auth/manage-users";
// Forms of /admin. Whether the caller may is asked in `lib/auth/manage-users.ts`, from the database, each time.
import { ok } from "@/lib/auth/model/errors";
import { DisableInput, UserInput } from "@/lib/auth/model/schemas";
import { cancelFactorReset, requestFactorReset } from "@/lib/auth/two-factor/reset-factors";
import { links } from "@/lib/routes";
import { signedInAction } from "@/lib/web/form-actions";
import type { FormState } from "@/lib/web/form-state";

export async function setUserDisabledAction(state: FormState, form: FormData) {
  return signedInAction(DisableInput, async (principal, { userId, disabled }) => {
    const result = await setUserDisabled(principal, userId, disabled);
    revalidatePath("/admin");
    return result.ok ? ok({ message: disabled ? "Disabled, and signed out everywhere." : "Enabled." }) : result;
  })(state, form);
}

export async function endUserSessionsAction(state: FormState, form: FormData) {
  return signedInAction(UserInput, async (principal, { userId }) => {
    const result = await endUserSessions(principal, userId);
    revalidatePath("/admin");
    return result.ok ? ok({ message: "Signed out everywhere." }) : result;
  })(state, form);
}

export async function requestFactorResetAction(state: FormState, form: FormData) {
  return signedInAction(UserInput, async (principal, input) => {
    const result = await requestFactorReset(principal, input, links.stopFactorReset);
    revalidatePath("/admin");
    return result.ok ? ok({ message: "The person has been told. It takes effect in 24 hours." }) : result;
  })(state, form);
}

export async function cancelFactorResetAction(state: FormState, form: FormData) {
  return signedInAction(UserInput, async (principal, input) => {
    const result = await cancelFactorReset(principal, input);
    revalidatePath("/admin");
    return result.ok ? ok({ message: "Taken back." }) : result;
  })(state, form);
}
