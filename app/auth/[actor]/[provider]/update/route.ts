import { medusa, medusaPreflight } from "@/lib/dialects/medusa";
import { setPassword } from "@/lib/dialects/medusa/password";

export const POST = medusa(setPassword);
export const OPTIONS = medusaPreflight;
