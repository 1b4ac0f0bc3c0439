import { medusa, medusaPreflight } from "@/lib/dialects/medusa";
import { askForCode } from "@/lib/dialects/medusa/verification";

export const POST = medusa(askForCode);
export const OPTIONS = medusaPreflight;
