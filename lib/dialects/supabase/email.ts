import { z } from "zod";
import * as schemas from "@/lib/auth/model/schemas";

export const BAD_EMAIL = "Unable to validate email address: invalid format";

/** An address, as the core takes it; what is none is refused in Supabase's words. */
export const Email = z
  .unknown()
  .transform((given, context) => {
    const read = schemas.email.safeParse(given);
    if (read.success) return read.data;
    context.addIssue({ code: "custom", message: BAD_EMAIL });
    return z.NEVER;
  })
  .meta({ type: "string" });
