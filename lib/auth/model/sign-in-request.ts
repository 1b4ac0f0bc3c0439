import { z } from "zod";
import { NewProfile } from "./registration";

/** What a sign-in by mail carries until the mailbox is proved. Parsed, because the column is JSON. */
export const SignInRequest = z.object({
  to: z.string().nullish(),
  remember: z.boolean().optional(),
  /** Who asked, for the person who opens the link in another browser to see. */
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  /** An address without a user becomes one, of whom this is known. */
  createUser: z.boolean().optional(),
  profile: NewProfile.optional(),
});
export type SignInRequest = z.infer<typeof SignInRequest>;
