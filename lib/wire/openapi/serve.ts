import { ok } from "@/lib/auth/model/errors";
import type { ApiHandler } from "@/lib/wire/endpoint";
import type { Contract } from "./contract";

const CACHE_SECONDS = 300;
/** A public document: pages of every origin may read it. */
const HEADERS = {
  "content-type": "application/json",
  "cache-control": `public, max-age=${CACHE_SECONDS}`,
  "access-control-allow-origin": "*",
};

/**
 * A route that answers the document of a contract. The contract is loaded at the first request, and the document is made once.
 */
export function describing(load: () => Promise<{ contract: Contract }>): ApiHandler {
  let kept: string | undefined;
  return async () => {
    if (kept === undefined) {
      const [{ openApi }, { contract }] = await Promise.all([import("./document"), load()]);
      kept = JSON.stringify(await openApi(contract));
    }
    return ok(new Response(kept, { headers: HEADERS }));
  };
}
