import { listAuthenticators } from "@/lib/auth/store/authenticators";
import { countRecoveryCodes } from "@/lib/auth/store/recovery-codes";
import { env } from "@/lib/env";
import type { Authenticator, User } from "@/prisma/client/client";
import { AUDIENCE, OWING_AUDIENCE, OWING_ROLE } from "./claims";
import { metadataOf } from "./metadata";
import { identitiesOf } from "./providers/identities";

/** A person's recovery codes are one factor. This id is enough, because each person has only one set. */
export const RECOVERY_CODES_ID = "recovery-codes";
export const RECOVERY_CODES_NAME = "Recovery codes";

/** The time when the address was proved. If the site asks for no proof, it counts as confirmed from the start. */
function confirmedAt({ emailVerified, createdAt }: User): Date | null {
  return emailVerified ?? (env().AUTH_REQUIRE_EMAIL_VERIFICATION ? null : createdAt);
}

/** A signed-in person in `GET /user` and in token answers. */
export async function userObject(user: User, lastSignIn: Date | null, confirmed = confirmedAt(user)) {
  const identities = await identitiesOf(user);
  const providers = [...new Set(identities.map(({ provider }) => provider))];
  return {
    id: user.id,
    aud: AUDIENCE,
    role: "authenticated",
    email: user.email,
    ...(confirmed && { email_confirmed_at: confirmed, confirmed_at: confirmed }),
    phone: "",
    ...(lastSignIn && { last_sign_in_at: lastSignIn }),
    app_metadata: { provider: providers[0], providers, ...Object(user.appMetadata) },
    user_metadata: metadataOf(user),
    identities,
    factors: await factorsOf(user),
    created_at: user.createdAt,
    updated_at: user.updatedAt,
    is_anonymous: false,
  };
}

/** The person of a session that owes a factor, in the same answers: only id, address and factors. */
export async function owingUserObject(user: User) {
  return {
    id: user.id,
    aud: OWING_AUDIENCE,
    role: OWING_ROLE,
    email: user.email,
    phone: "",
    app_metadata: {},
    user_metadata: {},
    identities: [],
    factors: await factorsOf(user),
    created_at: user.createdAt,
    is_anonymous: false,
  };
}

/** The person's factors. As in the original, passkeys are not among them: clients would ask for one after a password alone. */
async function factorsOf({ id, createdAt }: User) {
  const [authenticators, codes] = [await listAuthenticators(id), await countRecoveryCodes(id)];
  const factors = authenticators.map(totpFactor);
  if (codes === 0) return factors;
  const times = { created_at: createdAt, updated_at: createdAt };
  const name = { id: RECOVERY_CODES_ID, friendly_name: RECOVERY_CODES_NAME };
  return [...factors, { ...name, factor_type: "recovery_code", status: "verified", ...times }];
}

function totpFactor({ id, label, confirmedAt, createdAt }: Authenticator) {
  return {
    id,
    friendly_name: label,
    factor_type: "totp",
    status: confirmedAt ? "verified" : "unverified",
    created_at: createdAt,
    updated_at: confirmedAt ?? createdAt,
  };
}
