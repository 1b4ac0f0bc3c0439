"use server";

import { revalidatePath } from "next/cache";
import { removeAvatar } from "@/lib/auth/avatar/change-avatar";
import { ok } from "@/lib/auth/model/errors";
import { NoInput } from "@/lib/auth/model/schemas";
import { signedInAction } from "@/lib/web/form-actions";
import type { FormState } from "@/lib/web/form-state";

export async function removeAvatarAction(state: FormState, form: FormData) {
  return signedInAction("Remove Avatar", NoInput, async (principal) => {
    const result = await removeAvatar(principal);
    // The browser loads all pages anew, also the layout with its header.
    revalidatePath("/account", "layout");
    return result.ok ? ok({ message: "Your picture has been removed." }) : result;
  })(state, form);
}
