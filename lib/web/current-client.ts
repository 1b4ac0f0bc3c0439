import { cookies, headers } from "next/headers";
import type { Client } from "@/lib/auth/model/principal";
import { clientAddress, userAgentOf } from "@/lib/wire/client-address";
import { DEVICE_COOKIE, REMEMBERED_COOKIE } from "@/lib/wire/cookies";

/** Where this request comes from. */
export async function currentClient(): Promise<Client> {
  const [given, jar] = await Promise.all([headers(), cookies()]);
  return {
    ip: clientAddress(given),
    userAgent: userAgentOf(given),
    device: jar.get(DEVICE_COOKIE())?.value ?? null,
    remembered: jar.get(REMEMBERED_COOKIE())?.value ?? null,
  };
}
