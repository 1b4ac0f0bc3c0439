"use server";

import { revalidatePath } from "next/cache";
import { changeRole } from "@/lib/auth/change-role";
// Forms of /admin. `lib/auth` checks the caller's permission in the database each time.
import { endUserSessions, setUserDisabled } from "@/lib/auth/manage-users";
import { ok } from "@/lib/auth/model/errors";
import { DisableInput, RoleInput, UserInput } from "@/lib/auth/model/schemas";
import { signedInAction } from "@/lib/web/form-actions";
import type { FormState } from "@/lib/web/form-state";

export async function setUserDisabledAction(state: FormState, form: FormData) {
  return signedInAction("Set User Disabled", DisableInput, async (principal, { userId, disabled }) => {
    const result = await setUserDisabled(principal, userId, disabled);
    revalidatePath("/admin");
    return result.ok ? ok({ message: disabled ? "Disabled and signed out everywhere." : "Enabled." }) : result;
  })(state, form);
}

export async function changeRoleAction(state: FormState, form: FormData) {
  return signedInAction("Change Role", RoleInput, async (principal, input, client) => {
    const result = await changeRole(principal, input, client);
    revalidatePath("/admin");
    return result.ok ? ok({ message: "Role changed. We emailed the person." }) : result;
  })(state, form);
}

export async function endUserSessionsAction(state: FormState, form: FormData) {
  return signedInAction("End User Sessions", UserInput, async (principal, { userId }) => {
    const result = await endUserSessions(principal, userId);
    revalidatePath("/admin");
    return result.ok ? ok({ message: "Signed out everywhere." }) : result;
  })(state, form);
}
