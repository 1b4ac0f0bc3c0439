import type { Result } from "@/lib/auth/model/errors";
import type { Holder } from "@/lib/auth/model/principal";
import { finishPasskeyRegistration, startPasskeyRegistration } from "@/lib/auth/passkeys/register-passkey";
import { startPasskeySignIn } from "@/lib/auth/passkeys/sign-in-by-passkey";
import { env } from "@/lib/env";
import type { User } from "@/prisma/client/client";
import { client, session } from "./people";
import { type Ceremony, SoftwareAuthenticator } from "./software-authenticator";

export function won<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`Refused: ${result.error.code} ${JSON.stringify(result.error.fields ?? {})}`);
  return result.value;
}

export const authenticator = () => new SoftwareAuthenticator(env().APP_URL);

/** Registers a passkey of this authenticator for the holder of the session. */
export async function register(holder: Holder, device: SoftwareAuthenticator, lies: Partial<Ceremony> = {}) {
  const { ceremonyId, options } = won(await startPasskeyRegistration(holder, client()));
  const response = device.create({ challenge: options.challenge, ...lies });
  return finishPasskeyRegistration(holder, { ceremonyId, response }, client());
}

/** An authenticator with a passkey of this user. */
export async function passkeyOf(user: User, lies: Partial<Ceremony> = {}) {
  const device = authenticator();
  const { id, label } = won(await register((await session(user)).principal, device, lies));
  return { device, id, label };
}

/** This authenticator's answer to a sign-in that has begun. */
export async function answerSignIn(device: SoftwareAuthenticator, user: User, lies: Partial<Ceremony> = {}) {
  const { ceremonyId, options } = won(await startPasskeySignIn(client()));
  return { ceremonyId, response: device.get({ challenge: options.challenge, userHandle: user.id, ...lies }) };
}
