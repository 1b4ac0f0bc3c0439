import { z } from "zod";
import * as schemas from "@/lib/auth/model/schemas";

export const BAD_EMAIL = "Unable to validate email address: invalid format";

/** An address in the core's form. Other values are refused in Supabase's words. */
export const Email = z
  .unknown()
  .transform((given, context) => {
    const read = schemas.email.safeParse(given);
    if (read.success) return read.data;
    context.addIssue({ code: "custom", message: BAD_EMAIL });
    return z.NEVER;
  })
  .meta({ type: "string" });
