import type { Proof } from "@/lib/auth/model/factors";
import { hasAuthenticator } from "@/lib/auth/store/authenticators";
import { countRecoveryCodes } from "@/lib/auth/store/recovery-codes";

/** A second factor that is typed, so that a surface without our pages can ask for it. */
export type TypedFactor = Extract<Proof, "totp" | "recovery-code">;

/** The typed second factors that the person has; none if a passkey is the only one, or none is set up. */
export async function typedFactorsOf(userId: string): Promise<TypedFactor[]> {
  const factors: TypedFactor[] = [];
  if (await hasAuthenticator(userId)) factors.push("totp");
  if ((await countRecoveryCodes(userId)) > 0) factors.push("recovery-code");
  return factors;
}
