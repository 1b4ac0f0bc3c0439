import { callback } from "@/lib/dialects/medusa/callback";
import { medusa, medusaPreflight, noHead } from "@/lib/dialects/medusa/medusa";

export const GET = medusa(callback);
export const POST = medusa(callback);
export const OPTIONS = medusaPreflight;
export const HEAD = noHead;
