import { becomeActor } from "@/lib/auth/become-actor";
import { newActorId } from "@/lib/auth/store/actors";
import { medusa } from "@/lib/dialects/medusa";
import { tokenFor } from "@/lib/dialects/medusa/session";
import type { WhoAmI } from "../support/who-am-i";

export const MEDUSA: WhoAmI = {
  name: "Medusa",
  api: medusa,
  path: "/store/customers/me",
  async tokenOf(begun) {
    await becomeActor(begun.user.id, { id: newActorId("cus"), type: "customer", data: {} }, {});
    return tokenFor(begun.user, begun, "customer", "emailpass");
  },
};
