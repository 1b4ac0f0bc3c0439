import { cookies } from "next/headers";
import { cookieOptions } from "@/lib/wire/cookies";
import { openIds, sealIds } from "@/lib/wire/sealed-ids";

/** The ids of rows that this browser began, newest first: no other browser can go on with them. */
export async function readIds(cookie: string): Promise<string[]> {
  return openIds(cookie, (await cookies()).get(cookie)?.value);
}

/** Keeps these ids for some seconds; none takes the cookie away. */
export async function writeIds(cookie: string, ids: readonly string[], maxAge: number): Promise<void> {
  const jar = await cookies();
  if (ids.length > 0) jar.set(cookie, sealIds(cookie, ids), { ...cookieOptions(), maxAge });
  else jar.delete({ name: cookie, ...cookieOptions() });
}
