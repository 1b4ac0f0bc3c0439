import { medusa, medusaPreflight } from "@/lib/dialects/medusa";
import { listProviders } from "@/lib/dialects/medusa/users";

export const GET = medusa(listProviders);
export const OPTIONS = medusaPreflight;
