import { z } from "zod";
import { confirmCode, confirmLink, resendCode } from "@/lib/auth/confirm-email";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import * as schemas from "@/lib/auth/model/schemas";
import { findVerification } from "@/lib/auth/store/verifications";
import { links } from "@/lib/routes";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { parseStrict } from "./body";
import { findPending } from "./session";
import { verificationRequired } from "./sign-in";

const Ask = z.strictObject({
  entity_id: z.string(),
  entity_type: z.string(),
  code_provider: z.string().optional(),
  metadata: schemas.metadata.optional(),
});
const Confirm = z.strictObject({ code: z.string(), code_provider: z.string().optional() });

/** `POST /auth/verification/request`: mails another code for the registration that the token or cookie names. */
export async function askForCode(call: ApiCall): Promise<Result<Response>> {
  const pending = await findPending(call);
  if (!pending) return fail("unauthenticated");
  const input = parseStrict(Ask, call.body);
  if (input instanceof Response) return ok(input);
  const waiting = await findVerification(pending.id);
  if (!waiting?.email) return fail("code_expired");
  const sent = await resendCode(pending.id, call.client, links);
  if (!sent.ok) return sent;
  const { verification } = await verificationRequired(pending.id, waiting.email, String(pending.claims.actor_type));
  return ok(json(201, { verification }));
}

/**
 * `POST /auth/verification/confirm`: by the six digits, or by the link's token, from the client that began. It begins
 * no session: that the password does.
 */
export async function confirm(call: ApiCall): Promise<Result<Response>> {
  const input = parseStrict(Confirm, call.body);
  if (input instanceof Response) return ok(input);
  const pending = await findPending(call);
  const digits = schemas.code.safeParse(input.code);
  const token = schemas.token.safeParse(input.code);
  if (!pending || !token.success) return fail("code_invalid");
  const result = digits.success
    ? await confirmCode({ verificationId: pending.id, code: digits.data, session: null }, call.client)
    : await confirmLink({ verificationId: pending.id, token: token.data, session: null }, call.client);
  if (!result.ok) return result.error.code === "token_invalid" ? fail("code_invalid") : result;
  const { user } = result.value;
  return ok(
    json(200, {
      entity_id: user.email,
      entity_type: "email",
      code_provider: input.code_provider ?? "token",
      verified_at: user.emailVerified,
    }),
  );
}
