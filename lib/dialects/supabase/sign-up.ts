import { ok, type Result } from "@/lib/auth/model/errors";
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

/** `POST /signup`. A session, or the bare user where the mailbox has to be proved first; a taken address gets the same. */
export async function signUp(call: ApiCall): Promise<Result<Response>> {
  const { request, body, client } = call;
  const { password } = body;
  if (body.phone) return ok(supabaseError(request, "phone_provider_disabled"));
  if (!body.email && !password) return ok(supabaseError(request, "anonymous_provider_disabled"));
  if (typeof password !== "string" || password === "")
    return ok(supabaseError(request, "validation_failed", "Signup requires a valid password"));
  const email = schemas.email.safeParse(body.email);
  if (!email.success) return ok(supabaseError(request, "validation_failed", BAD_EMAIL));
  const profile = readNewProfile(body.data, "sign-up");
  if (!profile.ok) return profile;
  const refusal = refuseLength(request, password);
  if (refusal) return ok(refusal);
  const links = linksFor(call);
  if (links instanceof Response) return ok(links);
  const asked = { budget: "registration", email: email.data, client } as const;
  const tooMany = env().AUTH_REQUIRE_EMAIL_VERIFICATION ? await refuseMail(request, asked) : null;
  if (tooMany) return ok(tooMany);

  const input = { email: email.data, password, profile: profile.value, session: SESSION };
  const result = await register(input, client, links);
  if (!result.ok) return result;
  if (result.value.status === "pending") {
    const { verificationId: id } = result.value;
    // A browser that keeps it is not asked for the password by the mailed link's page.
    const headers = { "set-cookie": pendingCookie(id) };
    return ok(json(200, pendingUser(id, input.email, profile.value), headers));
  }
  return signedIn(result.value.session);
}

/** What can be said in Supabase's own words about a password's length, or null. */
export function refuseLength(request: Request, password: string): Response | null {
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
 * The user that there will be once the mailbox is proved; the id stays. A taken address is answered alike, identity and
 * all: clients take a user without one for a sign that there is an owner.
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
