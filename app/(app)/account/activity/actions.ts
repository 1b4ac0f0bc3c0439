"use server";

import { disownActivity } from "@/lib/auth/activity/disown-activity";
import { ok } from "@/lib/auth/model/errors";
import { NoInput } from "@/lib/auth/model/schemas";
import { links } from "@/lib/routes";
import { endBrowserSession } from "@/lib/web/browser-session";
import { signedInAction } from "@/lib/web/form-actions";

export const disownActivityAction = signedInAction("Disown Activity", NoInput, async (principal, _, client) => {
  const disowned = await disownActivity(principal, client, links);
  if (!disowned.ok) return disowned;
  await endBrowserSession();
  return ok({ redirectTo: "/login?message=disowned" });
});
