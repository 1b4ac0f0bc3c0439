import { fail } from "@/lib/auth/model/errors";
import { refuseJson } from "./endpoint";

/**
 * What a route file answers to the methods that it does not take: 405, with those that it does in `Allow` (RFC 9110,
 * 15.5.6). Next names none of them. It answers HEAD where there is GET, and OPTIONS, by itself.
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
