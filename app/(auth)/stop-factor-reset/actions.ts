"use server";

// For visitors, by the token of their mail. Anyone can post to it.
import { ok } from "@/lib/auth/model/errors";
import { TokenInput } from "@/lib/auth/model/schemas";
import { stopFactorReset } from "@/lib/auth/two-factor/reset-factors";
import { visitorAction } from "@/lib/web/form-actions";

export const stopFactorResetAction = visitorAction("Stop Factor Reset", TokenInput, async (input, client) => {
  const stopped = await stopFactorReset(input, client);
  return stopped.ok ? ok({ redirectTo: "/login?message=factors-kept" }) : stopped;
});
