import { medusa, medusaPreflight } from "@/lib/dialects/medusa";
import { confirm } from "@/lib/dialects/medusa/verification";

export const POST = medusa(confirm);
export const OPTIONS = medusaPreflight;
