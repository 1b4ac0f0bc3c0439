import { medusa, medusaPreflight, noHead } from "@/lib/dialects/medusa";
import { callback } from "@/lib/dialects/medusa/callback";

export const GET = medusa(callback);
export const POST = medusa(callback);
export const OPTIONS = medusaPreflight;
export const HEAD = noHead;
