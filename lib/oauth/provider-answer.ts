import { z } from "zod";

const MAX_CHARACTERS = 8_000;

/** A parameter that is too long, or comes twice, counts as missing. */
const parameter = z.string().min(1).max(MAX_CHARACTERS).optional().catch(undefined);

/** All that we read of a provider's answer. Tokens in the address belong to the implicit flow, which is not supported. */
export const ProviderAnswer = z.object({
  code: parameter,
  state: parameter,
  iss: parameter,
  error: parameter,
  /** Apple's, at the first sign-in: the name. */
  user: parameter,
});
export type ProviderAnswer = z.infer<typeof ProviderAnswer>;
