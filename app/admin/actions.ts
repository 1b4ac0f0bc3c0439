"use server";

import { changeRole } from "@/lib/auth/change-role";
// Forms of /admin. `lib/auth` checks the caller's permission in the database each time.
import { revokeUserSessions, setUserDisabled } from "@/lib/auth/manage-users";
import { DisableInput, RoleInput, UserInput } from "@/lib/auth/model/schemas";
import { signedInAction, withMessage } from "@/lib/web/form-actions";

export const setUserDisabledAction = signedInAction(
  "Set User Disabled",
  DisableInput,
  async (principal, { userId, disabled }) =>
    withMessage(
      await setUserDisabled(principal, userId, disabled),
      disabled ? "Disabled and signed out everywhere." : "Enabled.",
    ),
);

export const changeRoleAction = signedInAction("Change Role", RoleInput, async (principal, input, client) =>
  withMessage(await changeRole(principal, input, client), "Role changed. We emailed the person."),
);

export const revokeUserSessionsAction = signedInAction(
  "Revoke User Sessions",
  UserInput,
  async (principal, { userId }) => withMessage(await revokeUserSessions(principal, userId), "Signed out everywhere."),
);
