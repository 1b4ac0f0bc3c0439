import { medusa, medusaPreflight } from "@/lib/dialects/medusa";
import { closeSession, openSession } from "@/lib/dialects/medusa/session";

export const POST = medusa(openSession);
export const DELETE = medusa(closeSession);
export const OPTIONS = medusaPreflight;
