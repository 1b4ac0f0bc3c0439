import { z } from "zod";
import { forgotPassword } from "@/lib/auth/forgot-password";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import * as schemas from "@/lib/auth/model/schemas";
import { resetPassword } from "@/lib/auth/reset-password";
import { type ApiCall, bearerOf } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { type ActorParams, PASSWORD_PROVIDER, refuseActor } from "./actor-types";
import { parseStrict } from "./body";
import { medusaError } from "./errors";
import { linksFor } from "./links";

export const Forgot = z.strictObject({ identifier: z.string(), metadata: schemas.metadata.nullish() });

/** `POST /auth/[actor]/[provider]/reset-password`: 201 for every identifier and provider. */
export async function askForReset({ params, body, client }: ApiCall<ActorParams>): Promise<Result<Response>> {
  const refusal = refuseActor(params);
  if (refusal) return refusal;
  const input = parseStrict(Forgot, body);
  if (!input.ok) return input;
  const email = schemas.email.safeParse(input.value.identifier);
  if (params.provider === PASSWORD_PROVIDER && email.success) {
    const metadata = input.value.metadata ?? {};
    const asked = await forgotPassword(
      { email: email.data, actorType: params.actor, metadata },
      client,
      linksFor(params.actor, email.data),
    );
    if (!asked.ok) return asked;
  }
  return ok(new Response("Created", { status: 201, headers: { "content-type": "text/plain; charset=utf-8" } }));
}

/** `POST /auth/[actor]/[provider]/update`: sets the password of the person whose mailed token is the bearer. */
export async function setPassword({ request, params, body, client }: ApiCall<ActorParams>): Promise<Result<Response>> {
  const refusal = refuseActor(params);
  if (refusal) return refusal;
  const token = schemas.token.safeParse(bearerOf(request));
  if (!token.success || params.provider !== PASSWORD_PROVIDER) return fail("token_invalid");
  const newPassword = schemas.newPassword.safeParse(body.password);
  if (!newPassword.success)
    return typeof body.password === "string" && body.password
      ? medusaError("invalid_data", newPassword.error.issues[0]?.message ?? "")
      : medusaError("unauthorized", "Unauthorized");
  const input = { token: token.data, newPassword: newPassword.data, actorType: params.actor };
  const result = await resetPassword(input, client);
  return result.ok ? ok(json(200, { success: true })) : result;
}
