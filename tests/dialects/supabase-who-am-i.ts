import { supabase } from "@/lib/dialects/supabase";
import { tokensOf } from "@/lib/dialects/supabase/session";
import type { WhoAmI } from "../support/who-am-i";

export const SUPABASE: WhoAmI = {
  name: "Supabase",
  api: supabase,
  path: "/auth/v1/user",
  async tokenOf(begun) {
    const made = await tokensOf(begun);
    return made.ok ? made.value.access_token : "";
  },
};
