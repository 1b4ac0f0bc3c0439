"use server";

import { removeAvatar } from "@/lib/auth/avatar/change-avatar";
import { NoInput } from "@/lib/auth/model/schemas";
import { signedInAction, withMessage } from "@/lib/web/form-actions";

export const removeAvatarAction = signedInAction("Remove Avatar", NoInput, async (principal) =>
  withMessage(await removeAvatar(principal), "Your picture has been removed."),
);
