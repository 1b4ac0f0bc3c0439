"use server";

import { UserInput } from "@/lib/auth/model/schemas";
import { cancelFactorReset, requestFactorReset } from "@/lib/auth/two-factor/reset-factors";
import { links } from "@/lib/routes";
import { FACTOR_RESET_AFTER_HOURS } from "@/lib/validity";
import { signedInAction, withMessage } from "@/lib/web/form-actions";

export const requestFactorResetAction = signedInAction("Request Factor Reset", UserInput, async (principal, input) =>
  withMessage(
    await requestFactorReset(principal, input, links.stopFactorReset),
    `We emailed the person. It takes effect at their first sign-in after ${FACTOR_RESET_AFTER_HOURS} hours.`,
  ),
);

export const cancelFactorResetAction = signedInAction("Cancel Factor Reset", UserInput, async (principal, input) =>
  withMessage(await cancelFactorReset(principal, input), "Nothing will be removed."),
);
