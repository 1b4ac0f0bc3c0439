import { medusa, medusaPreflight, noHead } from "@/lib/dialects/medusa";
import { signIn } from "@/lib/dialects/medusa/sign-in";

export const GET = medusa(signIn);
export const POST = medusa(signIn);
export const OPTIONS = medusaPreflight;
export const HEAD = noHead;
