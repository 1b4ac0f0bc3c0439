import { medusa, medusaPreflight } from "@/lib/dialects/medusa";
import { askForReset } from "@/lib/dialects/medusa/password";

export const POST = medusa(askForReset);
export const OPTIONS = medusaPreflight;
