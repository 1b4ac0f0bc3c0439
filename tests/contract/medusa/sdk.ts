import { createRequire } from "node:module";
import type MedusaSdk from "@medusajs/js-sdk";
import { newIp } from "@/tests/support/http-client";

/** Its ES modules are for bundlers only; this is the same client as Node loads it. */
export const Medusa: typeof MedusaSdk = createRequire(import.meta.url)("@medusajs/js-sdk").default;

/** The client as it comes, which keeps its token to itself, from an address of its own. */
export function sdkOf(baseUrl: string): MedusaSdk {
  return new Medusa({
    baseUrl,
    auth: { type: "jwt", jwtTokenStorageMethod: "memory" },
    globalHeaders: { "x-forwarded-for": newIp() },
  });
}
