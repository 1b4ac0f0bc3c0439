import { medusa, medusaPreflight } from "@/lib/dialects/medusa";
import { signUp } from "@/lib/dialects/medusa/sign-in";

export const POST = medusa(signUp);
export const OPTIONS = medusaPreflight;
