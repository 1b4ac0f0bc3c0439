import { readCustomer, updateCustomer } from "@/lib/dialects/medusa/customers";
import { medusa, medusaPreflight } from "@/lib/dialects/medusa/medusa";

export const GET = medusa(readCustomer);
export const POST = medusa(updateCustomer);
export const OPTIONS = medusaPreflight;
