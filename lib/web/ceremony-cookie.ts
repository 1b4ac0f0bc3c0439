import { PASSKEY_TTL_MINUTES } from "@/lib/validity";
import { CEREMONY_COOKIE } from "@/lib/wire/cookies";
import { readIds, writeIds } from "./id-cookie";

/** How many ceremonies one browser may have at once: one a tab, and two on the sign-in page, for the list and the button. */
const MAX_CEREMONIES = 10;

/** Notes in the browser that it began this passkey ceremony: no other browser can end it. */
export async function rememberCeremony(id: string): Promise<void> {
  const ids = [id, ...(await readIds(CEREMONY_COOKIE()))].slice(0, MAX_CEREMONIES);
  await writeIds(CEREMONY_COOKIE(), ids, PASSKEY_TTL_MINUTES * 60);
}

/** Whether this browser began the ceremony. */
export async function isCeremonyOurs(id: string): Promise<boolean> {
  return (await readIds(CEREMONY_COOKIE())).includes(id);
}
