import { isPasskeyOffered } from "@/lib/auth/passkeys/manage-passkeys";
import { isFresh, requireFresh } from "@/lib/auth/steps/reauthenticate";
import { currentPrincipal } from "@/lib/web/current-principal";
import { OfferCard } from "./offer-card";

/** Offers a passkey to a person who has just signed in by password, until they have made one or said no. */
export async function PasskeyOffer() {
  const principal = await currentPrincipal();
  // The checks without a database come first, because every page of the signed-in runs this.
  if (!principal?.proofs.includes("password") || !isFresh(principal)) return null;
  if (!(await requireFresh(principal)).ok) return null;
  return (await isPasskeyOffered(principal)) ? <OfferCard /> : null;
}
