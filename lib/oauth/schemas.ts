import { z } from "zod";
import { id, to } from "@/lib/auth/model/schemas";
import { ProviderAnswer } from "./provider-answer";

const UNKNOWN = "This way of signing in is not available.";
const provider = z.string(UNKNOWN).max(64, UNKNOWN);

export const ProviderInput = z.object({ provider, to });
/** The provider as refine names it. */
export const ProviderNameInput = z.object({ providerName: provider });
export const FinishInput = ProviderAnswer.extend({ provider });
export const AccountInput = z.object({ accountId: id });
