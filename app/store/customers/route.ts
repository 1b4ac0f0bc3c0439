import { createCustomer } from "@/lib/dialects/medusa/customers";
import { medusa, medusaPreflight } from "@/lib/dialects/medusa/medusa";

export const POST = medusa(createCustomer);
export const OPTIONS = medusaPreflight;
