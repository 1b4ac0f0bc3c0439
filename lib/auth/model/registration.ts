import { z } from "zod";
import { KEPT_SHAPE } from "./profile";

/** What is known of a person before there is a row for it. */
export const NewProfile = z.object({
  ...KEPT_SHAPE,
  username: z.string().optional(),
  userMetadata: z.record(z.string(), z.json()).optional(),
});
export type NewProfile = z.infer<typeof NewProfile>;

/** What a registration carries until there is a user to give it to. Parsed, because the column is JSON. */
export const Registration = z.object({
  profile: NewProfile.default({}),
  /** The number that was promised. */
  seq: z.number().optional(),
  passwordHash: z.string().optional(),
  to: z.string().nullish(),
  /** The source of the client that began it. */
  source: z.string().optional(),
  /** The address had a proved owner when this began: no code went out, and this registration makes no user. */
  taken: z.boolean().optional(),
  /** What the user is to be from the start, by their types. */
  actors: z.record(z.string(), z.object({ id: z.string(), data: z.record(z.string(), z.json()) })).optional(),
});
export type Registration = z.infer<typeof Registration>;
