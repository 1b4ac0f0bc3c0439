import { medusa } from "@/lib/dialects/medusa";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = medusa;
