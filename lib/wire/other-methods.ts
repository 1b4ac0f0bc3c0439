import { fail } from "@/lib/auth/model/errors";
import { refuseJson } from "./endpoint";

/**
 * What a route file answers to methods that it does not take: 405, with `Allow` (RFC 9110, 15.5.6), which Next leaves out. Next
 * itself answers HEAD where there is GET, and OPTIONS.
 * @example
 * export const { POST, PUT, PATCH, DELETE } = otherMethods("GET, HEAD, OPTIONS");
 */
export function otherMethods(allowed: string) {
  const refuse = (): Response => {
    const response = refuseJson(fail("method_not_allowed").error);
    response.headers.set("allow", allowed);
    return response;
  };
  return { GET: refuse, POST: refuse, PUT: refuse, PATCH: refuse, DELETE: refuse };
}
