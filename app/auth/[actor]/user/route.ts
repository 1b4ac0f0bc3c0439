import { medusa, medusaPreflight } from "@/lib/dialects/medusa";
import { createUser } from "@/lib/dialects/medusa/users";

export const POST = medusa(createUser);
export const OPTIONS = medusaPreflight;
