import { AUTH_ERRORS, fail, ok } from "@/lib/auth/errors";
import { identityOf } from "@/lib/auth-provider/identity";
import { settled } from "@/lib/auth-provider/respond";
import { json } from "@/lib/http/json";
import { currentPrincipal } from "@/lib/http/principal";

/**
 * Who is signed in, as `getIdentity()` answers it, for client components that ask now and then. 401 when nobody is, 503
 * when that cannot be known: only the first ends the session in the browser.
 */
export async function GET() {
  const result = await settled(async () => {
    const principal = await currentPrincipal();
    return principal ? ok(await identityOf(principal)) : fail("unauthenticated");
  });
  if (result.ok) return json(200, result.value);
  const { code, message } = result.error;
  return json(AUTH_ERRORS[code].status, { error: code, message });
}
