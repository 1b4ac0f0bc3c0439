import { z } from "zod";
import { profileFromProvider } from "@/lib/auth/model/profile";
import * as schemas from "@/lib/auth/model/schemas";
import type { OAuthProvider, Profile, RawProfile } from "./provider";

const PRINTABLE = /^\P{C}+$/u;
/** OpenID allows 255 characters. A subject that cannot be stored or compared is refused. */
const Subject = z
  .union([z.string(), z.number().int()])
  .transform(String)
  .pipe(z.string().min(1).max(255).regex(PRINTABLE));

const Mapped = z.object({
  id: Subject,
  name: z.unknown().optional(),
  image: schemas.image.nullish().catch(null),
  email: z.unknown().optional(),
});

const Email = schemas.email.nullish().catch(null);
/** A function of ours may call people what it likes: the Strapi guide's own example calls its one "test". */
const OwnEmail = z
  .string()
  .trim()
  .overwrite(schemas.lowerCaseAddress)
  .min(1)
  .max(254)
  .regex(PRINTABLE)
  .nullish()
  .catch(null);
const Text = schemas.name.nullish().catch(null);

/**
 * What a provider says of a person, made safe. `mapped` is the part Auth.js's mapping picked out of `raw`.
 * @throws {z.ZodError} when the person has no usable subject: an account must not hang on nothing.
 */
export function toProfile(
  provider: Pick<OAuthProvider, "id" | "authCallback" | "provesEmail">,
  mapped: unknown,
  raw: RawProfile,
): Profile {
  const { id, name, image, email: given } = Mapped.parse(mapped);
  const email = (provider.authCallback ? OwnEmail : Email).parse(given);
  const { preferred_username, username = preferred_username, login = username } = raw;
  return {
    provider: provider.id,
    providerAccountId: id,
    email: email ?? null,
    emailVerified: Boolean(email) && provider.provesEmail(raw),
    fields: profileFromProvider({ provider: provider.id, name, raw }),
    image: image ?? null,
    username: Text.parse(login) || null,
    raw,
  };
}
