import { medusa, medusaPreflight } from "@/lib/dialects/medusa";
import { readCustomer, updateCustomer } from "@/lib/dialects/medusa/customers";

export const GET = medusa(readCustomer);
export const POST = medusa(updateCustomer);
export const OPTIONS = medusaPreflight;
