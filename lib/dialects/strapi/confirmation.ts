import { confirmByOpening, resendCodeTo } from "@/lib/auth/confirm-by-address";
import { ok, type Result } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import * as schemas from "@/lib/auth/model/schemas";
import { countSource } from "@/lib/auth/steps/count-source";
import { findUserByEmail } from "@/lib/auth/store/users";
import { findVerificationByToken, isRegistration } from "@/lib/auth/store/verifications";
import { buttonPage, wasPressed } from "@/lib/wire/button-page";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { strapiError } from "./errors";
import { strapiLinks } from "./links";
import type { StrapiSettings } from "./settings";
import { validate } from "./validate";

/**
 * `GET /auth/email-confirmation`, the mailed link: leads to our page with a button, and from there to `confirmationRedirect`.
 * It begins no session: the person signs in next.
 */
export async function confirm({ url, client }: ApiCall, settings: StrapiSettings): Promise<Result<Response>> {
  const query = { confirmation: url.searchParams.get("confirmation") ?? undefined };
  const validated = await validate(query, { confirmation: "secret" }, { settings });
  if (!validated.ok) return validated;
  const token = validated.value.confirmation;
  if (!settings.openingConfirms && !wasPressed(url, token) && (await isAlive(token)))
    return ok(found(buttonPage(token, url.pathname + url.search)));
  const result = await confirmByOpening({ token, session: null }, client);
  if (result.ok) return ok(found(settings.confirmationRedirect));
  return { ...(result.error.code === "token_invalid" && strapiError("ValidationError", "Invalid token")), ...result };
}

/** Whether the link still confirms a registration. Looking spends nothing. */
async function isAlive(token: string): Promise<boolean> {
  const verification = await findVerificationByToken(token);
  return verification !== null && isRegistration(verification);
}

function found(location: string): Response {
  return new Response(null, { status: 302, headers: { location: encodeURI(location), "cache-control": "no-store" } });
}

export const RESEND = { email: "email" } as const;

/**
 * `POST /auth/send-email-confirmation`. An address without an account gets the answer of a registration. As in the contract, the
 * answer tells that an account is confirmed or blocked, but only a few times an hour.
 */
export async function resend({ body, client }: ApiCall, settings: StrapiSettings): Promise<Result<Response>> {
  const validated = await validate(body, RESEND, { settings });
  if (!validated.ok) return validated;
  const email = schemas.email.parse(validated.value.email);
  const user = await findUserByEmail(email);
  const told = user?.emailVerified ? "Already confirmed" : user?.disabledAt ? "User blocked" : null;
  if (told) {
    // The limit that `resendCodeTo` counts for all other addresses.
    const allowed = await countSource(LIMITS.forgotPerSource, client);
    return allowed.ok ? strapiError("ApplicationError", told) : allowed;
  }
  const result = await resendCodeTo({ email }, client, strapiLinks(settings));
  return result.ok ? ok(json(200, { email, sent: true })) : result;
}
