import { AUTH_ERRORS } from "@/lib/auth/errors";
import { authProvider } from "@/lib/auth-provider/server";
import { json } from "@/lib/http/json";

/** Who is signed in, as `getIdentity()` answers it; 401 when nobody is. For client components that ask now and then. */
export async function GET() {
  const identity = await authProvider.getIdentity();
  return identity
    ? json(200, identity)
    : json(401, { error: "unauthenticated", message: AUTH_ERRORS.unauthenticated.message });
}
