import { login } from "@/lib/auth/login";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { isApiField, takeApiFields } from "@/lib/auth/model/profile";
import * as schemas from "@/lib/auth/model/schemas";
import { type RegisterInput, register } from "@/lib/auth/register";
import { env } from "@/lib/env";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { pendingCookie } from "@/lib/wire/request-cookies";
import { strapiError } from "./errors";
import { strapiLinks } from "./links";
import { answerSignIn, sessionFor } from "./session";
import type { StrapiSettings } from "./settings";
import { userView } from "./user";
import { isSameAddress, MAX_ECHO, validate } from "./validate";

export const CREDENTIALS = { identifier: "text", password: "secret" } as const;
export const REGISTRATION = { email: "email", username: "username", password: "password" } as const;
/** Characters that no username or address can contain, and that a database may fail on. */
const UNPRINTABLE = /\p{C}/u;

/** `POST /auth/local`. */
export async function logIn(call: ApiCall, settings: StrapiSettings): Promise<Result<Response>> {
  const { body, client } = call;
  if (!settings.localEnabled) return fail("provider_unknown");
  const validated = await validate(body, CREDENTIALS, { settings });
  if (!validated.ok) return validated;
  const { identifier, password } = validated.value;
  if (UNPRINTABLE.test(identifier)) return fail("invalid_credentials");
  // An identifier that is no valid address counts as a username.
  const email = schemas.email.safeParse(identifier).data ?? identifier;
  const result = await login(
    { email, orUsername: true, password, ...sessionFor(settings) },
    client,
    strapiLinks(settings),
  );
  if (!result.ok) return result;
  if (result.value.status === "unverified") return fail("email_unverified");
  return answerSignIn(call, result.value.session, settings);
}

/** `POST /auth/local/register`. If the address must be confirmed first, the answer has no token. */
export async function signUp(call: ApiCall, settings: StrapiSettings): Promise<Result<Response>> {
  const { body, client } = call;
  if (!env().AUTH_ALLOW_SIGNUP) return fail("signup_disabled");
  const { allowedFields } = settings;
  const isOwn = (key: string) => allowedFields.includes(key) && !isApiField(key);
  const isKnown = (key: string) => Object.hasOwn(REGISTRATION, key) || isApiField(key) || isOwn(key);
  const unknown = Object.keys(body).filter((key) => !isKnown(key));
  if (unknown.length > 0)
    return strapiError("ValidationError", `Invalid parameters: ${unknown.join(", ").slice(0, MAX_ECHO)}`);
  const validated = await validate(body, REGISTRATION, { settings });
  if (!validated.ok) return validated;
  const taken = takeApiFields(body, "sign-up");
  if (!taken.ok) return taken;

  const { password } = validated.value;
  const email = schemas.email.parse(validated.value.email);
  // A person's own address is not stored as a username: answers show it if there is none, even after a change of address.
  const username = isSameAddress(validated.value.username, email) ? null : validated.value.username;
  const own = schemas.metadata.safeParse(Object.fromEntries(Object.entries(body).filter(([key]) => isOwn(key))));
  if (!own.success) return strapiError("ValidationError", own.error.issues[0]?.message ?? "");
  const userMetadata = own.data as Metadata;
  const { fields } = taken.value;
  const profile = { ...fields, username: username ?? undefined, userMetadata };
  const input = { email, password, profile, session: sessionFor(settings) };
  const policy = { taken: "told", reserveNumber: true } as const;
  const result = await register(input, client, strapiLinks(settings), policy);
  if (!result.ok) return result;
  if (result.value.status === "signed-in") return answerSignIn(call, result.value.session, settings);
  const { verificationId: id, seq = 0 } = result.value;
  // In a browser that keeps this cookie, the mailed link's page does not ask for the password.
  const headers = { "set-cookie": pendingCookie(id) };
  const now = new Date();
  const user = { ...fields, id, seq, email, username, userMetadata, disabledAt: null, createdAt: now, updatedAt: now };
  return ok(json(200, { user: userView(user, "local", false, settings) }, headers));
}

type Metadata = NonNullable<NonNullable<RegisterInput["profile"]>["userMetadata"]>;
