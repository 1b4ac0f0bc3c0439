import { createRequire } from "node:module";
import type MedusaSdk from "@medusajs/js-sdk";
import { newIp } from "@/tests/support/http-client";

/** The client's CommonJS build, because Node cannot load its ES modules, which are for bundlers. */
export const Medusa: typeof MedusaSdk = createRequire(import.meta.url)("@medusajs/js-sdk").default;

/** The unmodified client, with its own token and IP address. */
export function sdkOf(baseUrl: string): MedusaSdk {
  return new Medusa({
    baseUrl,
    auth: { type: "jwt", jwtTokenStorageMethod: "memory" },
    globalHeaders: { "x-forwarded-for": newIp() },
  });
}
