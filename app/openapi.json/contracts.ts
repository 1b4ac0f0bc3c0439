import type { Contract } from "@/lib/wire/openapi/contract";

/** What describes each group of routes here, by the address of its document. Loaded when it is asked for. */
export const CONTRACTS: Record<string, () => Promise<{ contract: Contract }>> = {
  "/openapi.json": () => import("./contract"),
  "/auth/openapi.json": () => import("@/lib/dialects/medusa/openapi"),
  "/auth/v1/openapi.json": () => import("@/lib/dialects/supabase/openapi"),
  "/api/openapi.json": () => import("@/lib/dialects/strapi/openapi"),
  "/openauth/openapi.json": () => import("@/lib/dialects/openauth/openapi"),
};
