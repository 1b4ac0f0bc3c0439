import { strapi } from "@/lib/dialects/strapi";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = strapi;
