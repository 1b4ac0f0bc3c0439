import { openauth } from "@/lib/dialects/openauth";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = openauth;
