import { rolesOf } from "@/lib/auth/model/permissions";
import type { Principal } from "@/lib/auth/model/principal";
import { type IdentityFields, identityFieldsOf } from "@/lib/auth/model/profile";

/**
 * What the app shows of the signed-in person: `getIdentity()` answers it, the header draws it. Fields that are stored come
 * from lib/auth/model/profile-fields.ts. Add what your pages compute from them, and nothing that a browser must not see.
 */
export type Identity = IdentityFields & {
  id: string;
  name: string;
  email: string;
  /** Address of a picture, or null: then the header shows initials. */
  avatar: string | null;
  roles: string[];
};

/** Is async so that you may ask the database here. */
export async function identityOf(principal: Principal): Promise<Identity> {
  const { userId, name, email, image } = principal;
  return {
    ...identityFieldsOf(principal),
    id: userId,
    name: name ?? email.split("@")[0] ?? email,
    email,
    avatar: image,
    roles: rolesOf(principal),
  };
}
