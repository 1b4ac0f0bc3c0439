"use server";

import { revalidatePath } from "next/cache";
// Forms of /admin. `lib/auth/two-factor/reset-factors.ts` checks the caller's permission each time.
import { ok } from "@/lib/auth/model/errors";
import { UserInput } from "@/lib/auth/model/schemas";
import { cancelFactorReset, requestFactorReset } from "@/lib/auth/two-factor/reset-factors";
import { links } from "@/lib/routes";
import { signedInAction } from "@/lib/web/form-actions";
import type { FormState } from "@/lib/web/form-state";

export async function requestFactorResetAction(state: FormState, form: FormData) {
  return signedInAction("Request Factor Reset", UserInput, async (principal, input) => {
    const result = await requestFactorReset(principal, input, links.stopFactorReset);
    revalidatePath("/admin");
    return result.ok ? ok({ message: "We emailed the person. It takes effect in 24 hours." }) : result;
  })(state, form);
}

export async function cancelFactorResetAction(state: FormState, form: FormData) {
  return signedInAction("Cancel Factor Reset", UserInput, async (principal, input) => {
    const result = await cancelFactorReset(principal, input);
    revalidatePath("/admin");
    return result.ok ? ok({ message: "Their factors stay." }) : result;
  })(state, form);
}
