import { openauthMetadata } from "@/lib/dialects/openauth";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = openauthMetadata;
