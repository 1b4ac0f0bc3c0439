import { z } from "zod";
import { NewProfile } from "./registration";

/** What a sign-in by mail carries until the mailbox is proved. Parsed, because the column is JSON. */
export const SignInRequest = z.object({
  to: z.string().nullish(),
  remember: z.boolean().optional(),
  /** The address that asked, shown to a person who opens the link in another browser. */
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  /** Whether an address without a user becomes a user, who gets the profile below. */
  createUser: z.boolean().optional(),
  profile: NewProfile.optional(),
});
export type SignInRequest = z.infer<typeof SignInRequest>;
