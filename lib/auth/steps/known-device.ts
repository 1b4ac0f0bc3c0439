import { readMark } from "@/lib/auth/model/devices";
import type { Client } from "@/lib/auth/model/principal";
import { deviceEraOf } from "@/lib/auth/store/users";

/** The nonce of a device that signed in as this user in the present era; else null. A stranger's device costs no statement. */
export async function knownDevice({ device }: Client, userId: string | undefined): Promise<string | null> {
  const mark = userId ? readMark(device, userId) : null;
  return mark && userId && mark.era === (await deviceEraOf(userId)) ? mark.nonce : null;
}
