import { resendEmailChange } from "@/lib/auth/change-email";
import { resendCodeTo } from "@/lib/auth/confirm-by-address";
import { sendProofCode } from "@/lib/auth/email-code/prove-by-email-code";
import { sendSignInCode } from "@/lib/auth/email-code/send-sign-in-code";
import { forgotPassword } from "@/lib/auth/forgot-password";
import { ok, type Result } from "@/lib/auth/model/errors";
import type { Principal } from "@/lib/auth/model/principal";
import * as schemas from "@/lib/auth/model/schemas";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { BAD_EMAIL } from "./email";
import { supabaseError } from "./errors";
import { linksFor } from "./links";
import { refuseMail, tooManyMails } from "./mail-limit";
import { readNewProfile } from "./metadata";
import { SESSION } from "./session";

/** `POST /otp`: mails a code and a link that sign in. Answers `{}` for every address, even if no user may be made of it. */
export async function signInByMail(call: ApiCall): Promise<Result<Response>> {
  const { request, body, client } = call;
  if (body.phone !== undefined) return supabaseError(request, "phone_provider_disabled");
  const email = schemas.email.safeParse(body.email);
  if (!email.success) return supabaseError(request, "email_address_invalid");
  // Most people who ask have an account and send no fields, so /account asks new people for the required ones.
  const profile = readNewProfile(body.data, "change");
  if (!profile.ok) return profile;
  const links = linksFor(call);
  if (!links.ok) return links;
  const refusal = await refuseMail(request, { budget: "sign-in", email: email.data, client });
  if (refusal) return refusal;
  const { remember } = SESSION;
  const createUser = body.create_user !== false;
  const asked = { email: email.data, remember, createUser, profile: profile.value };
  const sent = await sendSignInCode(asked, client, links.value);
  return sent.ok ? ok(json(200, {})) : sent;
}

/** `POST /recover`: answers `{}` for every address. */
export async function recover(call: ApiCall): Promise<Result<Response>> {
  const { request, body, client } = call;
  if (typeof body.email !== "string" || body.email === "")
    return supabaseError(request, "validation_failed", "Password recovery requires an email");
  const email = schemas.email.safeParse(body.email);
  if (!email.success) return supabaseError(request, "email_address_invalid");
  const links = linksFor(call);
  if (!links.ok) return links;
  const refusal = await refuseMail(request, { budget: "recovery", email: email.data, client });
  if (refusal) return refusal;
  const result = await forgotPassword({ email: email.data, withCode: true }, client, links.value);
  return result.ok ? ok(json(200, {})) : result;
}

/** `GET /reauthenticate`: mails the signed-in person a code, which `PUT /user` takes as `nonce` in this session. */
export async function reauthenticateByMail(call: ApiCall, principal: Principal): Promise<Result<Response>> {
  const sent = await sendProofCode(principal, call.client);
  if (sent.ok) return ok(json(200, {}));
  return sent.error.code === "too_many_attempts" ? tooManyMails(call.request, sent.error.retryAfter ?? 0) : sent;
}

const RESENT = { signup: "registration", email_change: "change-email" } as const;

/** `POST /resend`: answers `{}` for every address. For a change of address the client sends the present address. */
export async function resend(call: ApiCall): Promise<Result<Response>> {
  const { request, body, client } = call;
  const refuse = (message: string) => supabaseError(request, "validation_failed", message);
  if (body.type === "sms" || body.type === "phone_change") return supabaseError(request, "phone_provider_disabled");
  if (body.type !== "signup" && body.type !== "email_change")
    return refuse("Missing one of these types: signup, email_change, sms, phone_change");
  const email = schemas.email.safeParse(body.email);
  if (!email.success) return refuse(BAD_EMAIL);
  const links = linksFor(call);
  if (!links.ok) return links;
  const refusal = await refuseMail(request, { budget: RESENT[body.type], email: email.data, client });
  if (refusal) return refusal;
  const story = body.type === "signup" ? resendCodeTo : resendEmailChange;
  const result = await story({ email: email.data }, client, links.value);
  return result.ok ? ok(json(200, {})) : result;
}
