import { strapi } from "@/lib/dialects/strapi";

// Paths that no route beside this one takes are refused in Strapi's words, never as a page.
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = strapi;
