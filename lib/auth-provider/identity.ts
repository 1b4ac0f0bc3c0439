import type { Principal } from "@/lib/auth/model/principal";

/**
 * What the app shows of the signed-in person: `getIdentity()` answers it, the header draws it. Add here what yours
 * needs, and nothing that a browser must not see.
 */
export type Identity = {
  id: string;
  name: string;
  email: string;
  /** Address of a picture, or null: then the header shows initials. */
  avatar: string | null;
  roles: string[];
};

export async function identityOf({ userId, name, email, image, roles }: Principal): Promise<Identity> {
  return {
    id: userId,
    name: name ?? email.split("@")[0] ?? email,
    email,
    avatar: image,
    roles,
  };
}
