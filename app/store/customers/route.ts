import { medusa, medusaPreflight } from "@/lib/dialects/medusa";
import { createCustomer } from "@/lib/dialects/medusa/customers";

export const POST = medusa(createCustomer);
export const OPTIONS = medusaPreflight;
