import { medusa, medusaPreflight } from "@/lib/dialects/medusa";
import { refreshToken } from "@/lib/dialects/medusa/session";

export const POST = medusa(refreshToken);
export const OPTIONS = medusaPreflight;
