import { ok, type Result } from "@/lib/auth/model/errors";
import type { Proof } from "@/lib/auth/model/factors";
import type { Client, Holder } from "@/lib/auth/model/principal";
import { rememberDevice } from "@/lib/auth/store/remembered-devices";
import { addProof } from "./add-proof";
import type { BegunSession, HandOver } from "./begin-session";

/** `remembered` is for the cookie of a browser that the person wants remembered for 30 days. */
export type ProvedFactor = { session: BegunSession; remembered: { token: string; expires: Date } | null };

/** `remember` counts only in a sign-in. */
export type ProofOptions = { remember?: boolean; handOver?: HandOver };

/** Adds the proof of a second factor, or of one that proves again who the person is. @returns as `addProof`. */
export async function proveFactor(
  holder: Holder,
  proof: Proof,
  client: Client,
  { remember = false, handOver }: ProofOptions,
): Promise<Result<ProvedFactor>> {
  const session = await addProof(holder, proof, client, handOver);
  if (!session.ok) return session;
  const isRemembered = remember && "owed" in holder;
  return ok({ session: session.value, remembered: isRemembered ? await rememberDevice(holder.userId) : null });
}
