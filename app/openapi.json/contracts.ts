import type { Contract } from "@/lib/wire/openapi/contract";

/** The contract of each group of routes, by the address of its document. Each is loaded at its first use. */
export const CONTRACTS: Record<string, () => Promise<{ contract: Contract }>> = {
  "/openapi.json": () => import("./contract"),
  "/auth/openapi.json": () => import("@/lib/dialects/medusa/openapi"),
  "/auth/v1/openapi.json": () => import("@/lib/dialects/supabase/openapi"),
  "/api/openapi.json": () => import("@/lib/dialects/strapi/openapi"),
  "/openauth/openapi.json": () => import("@/lib/dialects/openauth/openapi"),
};
