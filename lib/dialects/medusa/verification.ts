import { z } from "zod";
import { confirmByOpening } from "@/lib/auth/confirm-by-address";
import { confirmCode, confirmLink, resendCode } from "@/lib/auth/confirm-email";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import * as schemas from "@/lib/auth/model/schemas";
import type { Confirmed } from "@/lib/auth/steps/complete-registration";
import { findVerification, findVerificationByToken } from "@/lib/auth/store/verifications";
import { links } from "@/lib/routes";
import { isMark, markOf, wasPressed } from "@/lib/wire/button-page";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { parseStrict } from "./body";
import { medusaError } from "./errors";
import { confirmPage, linksFor } from "./links";
import { findPending } from "./session";
import { SETTINGS } from "./settings";
import { verificationRequired } from "./sign-in";

export const Ask = z.strictObject({
  entity_id: z.string(),
  entity_type: z.string(),
  code_provider: z.string().optional(),
  metadata: schemas.metadata.optional(),
});
/** `password`: the registration's password, which a client that did not register sends. */
export const Confirm = z.strictObject({
  code: z.string(),
  code_provider: z.string().optional(),
  password: schemas.currentPassword.optional(),
});

/** `POST /auth/verification/request`: mails another code for the registration that the token or cookie names. */
export async function askForCode(call: ApiCall): Promise<Result<Response>> {
  const pending = await findPending(call);
  if (!pending) return fail("unauthenticated");
  const input = parseStrict(Ask, call.body);
  if (!input.ok) return input;
  const waiting = await findVerification(pending.id);
  if (!waiting?.email) return fail("code_expired");
  const actor = String(pending.claims.actor_type);
  const sent = await resendCode(pending.id, call.client, linksFor(actor, waiting.email));
  if (!sent.ok) return sent;
  const { verification } = await verificationRequired(pending.id, waiting.email, actor);
  return ok(json(201, { verification }));
}

/**
 * `GET /auth/verification/confirm`, to which the button of a mailed link's page leads: redirects to the storefront's page, with
 * a code that shows that the button was pressed. It spends nothing.
 */
export async function leadToStorefront({ url }: ApiCall): Promise<Result<Response>> {
  const token = schemas.token.safeParse(url.searchParams.get("code"));
  if (!token.success) return fail("code_invalid");
  const code = wasPressed(url, token.data) ? `${token.data}.${markOf(token.data)}` : token.data;
  const email = (await findVerificationByToken(token.data))?.email ?? "";
  const location = confirmPage(url.searchParams.get("actor") ?? "", code, email) ?? links.login();
  return ok(new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } }));
}

/**
 * `POST /auth/verification/confirm`: takes the six digits from the client that registered, or the link's token from a client
 * that registered, knows the registration's password, or comes from the button. It begins no session: the client signs in next.
 */
export async function confirm(call: ApiCall): Promise<Result<Response>> {
  const input = parseStrict(Confirm, call.body);
  if (!input.ok) return input;
  const result = await prove(call, input.value);
  if (!result.ok) return result.error.code === "token_invalid" ? fail("code_invalid") : result;
  const { user } = result.value;
  return ok(
    json(200, {
      entity_id: user.email,
      entity_type: "email",
      code_provider: input.value.code_provider ?? "token",
      verified_at: user.emailVerified,
    }),
  );
}

async function prove(call: ApiCall, input: z.infer<typeof Confirm>): Promise<Result<Confirmed>> {
  const { client } = call;
  const pending = await findPending(call);
  const digits = schemas.code.safeParse(input.code);
  if (digits.success)
    return pending
      ? confirmCode({ verificationId: pending.id, code: digits.data, session: null }, client)
      : fail("code_invalid");
  const [wished = "", mark = ""] = input.code.split(".");
  const parsed = schemas.token.safeParse(wished);
  if (!parsed.success) return fail("code_invalid");
  const token = parsed.data;
  if (SETTINGS.openingConfirms || isMark(mark, token)) return confirmByOpening({ token, session: null }, client);
  const verification = await findVerificationByToken(token);
  if (verification && verification.id !== pending?.id && input.password === undefined)
    return medusaError("not_allowed", ELSEWHERE);
  return confirmLink({ token, password: input.password, verificationId: pending?.id ?? null, session: null }, client);
}

const ELSEWHERE =
  "This registration began elsewhere. Send the password that was chosen there as `password` too, or the token that it answered.";
