import { ok, type Refusal, type Result } from "@/lib/auth/model/errors";
import { MAX_PASSWORD_CHARACTERS } from "@/lib/auth/model/password-policy";
import type { NewProfile } from "@/lib/auth/model/registration";
import * as schemas from "@/lib/auth/model/schemas";
import { register } from "@/lib/auth/register";
import { env } from "@/lib/env";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { pendingCookie } from "@/lib/wire/request-cookies";
import { AUDIENCE } from "./claims";
import { BAD_EMAIL } from "./email";
import { supabaseError } from "./errors";
import { linksFor } from "./links";
import { refuseMail } from "./mail-limit";
import { metadataOf, readNewProfile } from "./metadata";
import { emailIdentity } from "./providers/identities";
import { SESSION, signedIn } from "./session";

/** `POST /signup`: answers a session, or only the user if the mailbox must be proved first. A taken address is answered alike. */
export async function signUp(call: ApiCall): Promise<Result<Response>> {
  const { request, body, client } = call;
  const { password } = body;
  if (body.phone) return supabaseError(request, "phone_provider_disabled");
  if (!body.email && !password) return supabaseError(request, "anonymous_provider_disabled");
  if (typeof password !== "string" || password === "")
    return supabaseError(request, "validation_failed", "Signup requires a valid password");
  const email = schemas.email.safeParse(body.email);
  if (!email.success) return supabaseError(request, "validation_failed", BAD_EMAIL);
  const profile = readNewProfile(body.data, "sign-up");
  if (!profile.ok) return profile;
  const refusal = refuseLength(request, password);
  if (refusal) return refusal;
  const links = linksFor(call);
  if (!links.ok) return links;
  const asked = { budget: "registration", email: email.data, client } as const;
  const tooMany = env().AUTH_REQUIRE_EMAIL_VERIFICATION ? await refuseMail(request, asked) : null;
  if (tooMany) return tooMany;

  const input = { email: email.data, password, profile: profile.value, session: SESSION };
  const result = await register(input, client, links.value);
  if (!result.ok) return result;
  if (result.value.status === "pending") {
    const { verificationId: id } = result.value;
    // In a browser that keeps this cookie, the mailed link's page does not ask for the password.
    const headers = { "set-cookie": pendingCookie(id) };
    return ok(json(200, pendingUser(id, input.email, profile.value), headers));
  }
  return signedIn(result.value.session);
}

/** The refusal of a password's length in Supabase's own words, or null. */
export function refuseLength(request: Request, password: string): Refusal | null {
  const [length, least] = [[...password].length, env().PASSWORD_MIN_LENGTH];
  if (length > MAX_PASSWORD_CHARACTERS)
    return supabaseError(
      request,
      "validation_failed",
      `Password cannot be longer than ${MAX_PASSWORD_CHARACTERS} characters`,
    );
  if (length >= least) return null;
  const message = `Password should be at least ${least} characters.`;
  return supabaseError(request, "weak_password", message, { weak_password: { reasons: ["length"] } });
}

/**
 * The user that the proof of the mailbox will make, with its final id. A taken address gets the same answer, with an identity,
 * because clients conclude from a user without identities that the address is taken.
 */
function pendingUser(id: string, email: string, profile: NewProfile) {
  const now = new Date();
  return {
    id,
    aud: AUDIENCE,
    role: "authenticated",
    email,
    phone: "",
    confirmation_sent_at: now,
    app_metadata: { provider: "email", providers: ["email"] },
    user_metadata: metadataOf(profile),
    identities: [emailIdentity({ id, email, emailVerified: null, createdAt: now })],
    created_at: now,
    updated_at: now,
    is_anonymous: false,
  };
}
