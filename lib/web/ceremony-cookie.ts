import { cookies } from "next/headers";
import { keyedHash, sameHash } from "@/lib/auth/model/secrets";
import { PASSKEY_TTL_MINUTES } from "@/lib/validity";
import { CEREMONY_COOKIE, cookieOptions } from "@/lib/wire/cookies";

/** How many ceremonies one browser may have at once: one a tab, and two on the sign-in page, for the list and the button. */
const MAX_CEREMONIES = 10;

/** Notes in the browser that it began this passkey ceremony: no other browser can end it. */
export async function rememberCeremony(id: string): Promise<void> {
  const ids = [id, ...(await ceremonyIds())].slice(0, MAX_CEREMONIES).join(".");
  const options = { ...cookieOptions(), maxAge: PASSKEY_TTL_MINUTES * 60 };
  (await cookies()).set(CEREMONY_COOKIE(), `${ids}~${keyedHash("ceremony", ids)}`, options);
}

/** Whether this browser began the ceremony. */
export async function isCeremonyOurs(id: string): Promise<boolean> {
  return (await ceremonyIds()).includes(id);
}

/** Sealed, so that a browser that only knows a row's id cannot pass for the one that began it. */
async function ceremonyIds(): Promise<string[]> {
  const [ids, seal] = ((await cookies()).get(CEREMONY_COOKIE())?.value ?? "").split("~");
  return ids && seal && sameHash(seal, keyedHash("ceremony", ids)) ? ids.split(".") : [];
}
