/**
 * What a person showed. `passkey` verified its user by fingerprint, face or PIN; `security-key` did not, and proves only
 * that the person has it.
 */
export type Proof =
  | "password"
  | "email-code"
  | "email-link"
  | "provider"
  | "passkey"
  | "security-key"
  | "totp"
  | "recovery-code";

/** What a session owes before it stands for its person: a second factor, or setting one up. */
export type OwedFactor = "second-factor" | "setup";

/** How much proof a person's account asks for. */
export type Level = "one" | "two";

/** What can be a second factor. A mailbox cannot: a thief who reads it can reset the password. */
const SECOND: readonly Proof[] = ["passkey", "security-key", "totp", "recovery-code"];
const OF_THE_APP: readonly Proof[] = ["totp", "recovery-code"];

/** Whether these proofs are two factors: a passkey that verified its user is two by itself. */
export function isTwoFactor(proofs: readonly Proof[]): boolean {
  if (proofs.includes("passkey")) return true;
  const others = proofs.some((proof) => !SECOND.includes(proof));
  const app = proofs.some((proof) => OF_THE_APP.includes(proof));
  const key = proofs.includes("security-key");
  return (others && (app || key)) || (app && key);
}

/** Whether this proof, shown after others, is a second one. */
export function isSecondFactor(proof: Proof): boolean {
  return SECOND.includes(proof);
}

/** The proofs of a session's row. */
export function proofsOf(text: string): Proof[] {
  return text.split(" ").filter(Boolean) as Proof[];
}
