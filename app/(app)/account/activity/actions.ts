"use server";

import { disownActivity } from "@/lib/auth/activity/disown-activity";
import { ok } from "@/lib/auth/model/errors";
import { NoInput } from "@/lib/auth/model/schemas";
import { links } from "@/lib/routes";
import { signedInAction } from "@/lib/web/form-actions";
import type { FormState } from "@/lib/web/form-state";
import { endBrowserSession } from "@/lib/web/session-cookie";

export async function disownActivityAction(state: FormState, form: FormData) {
  return signedInAction("Disown Activity", NoInput, async (principal, _, client) => {
    const disowned = await disownActivity(principal, client, links);
    if (!disowned.ok) return disowned;
    await endBrowserSession();
    return ok({ redirectTo: "/login?message=disowned" });
  })(state, form);
}
