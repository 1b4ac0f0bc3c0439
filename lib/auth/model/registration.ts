import { z } from "zod";

/** What a registration carries until there is a user to give it to. Parsed, because the column is JSON. */
export const Registration = z.object({
  name: z.string().nullish(),
  username: z.string().optional(),
  /** The number that was promised. */
  seq: z.number().optional(),
  passwordHash: z.string().optional(),
  to: z.string().nullish(),
  /** The address had a proved owner when this began: no code went out, and nothing can come of it. */
  taken: z.boolean().optional(),
  userMetadata: z.record(z.string(), z.json()).optional(),
  /** What the user is to be from the start, by their types. */
  actors: z.record(z.string(), z.object({ id: z.string(), data: z.record(z.string(), z.json()) })).optional(),
});
export type Registration = z.infer<typeof Registration>;
