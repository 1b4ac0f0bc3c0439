import {
  confirmEmailChange,
  confirmEmailChangeByCode,
  confirmEmailChangeByOpening,
  type SettledEmailChange,
} from "@/lib/auth/confirm-email-change";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Principal } from "@/lib/auth/model/principal";
import * as schemas from "@/lib/auth/model/schemas";
import { findVerificationByToken } from "@/lib/auth/store/verifications";
import { env } from "@/lib/env";
import { buttonPage, wasPressed } from "@/lib/wire/button-page";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { refused } from "@/lib/wire/refused";
import { supabaseError } from "./errors";
import { redirectTarget } from "./links";
import { byCode, byLink, fits } from "./mailed-proofs";
import { openChallenge, sessionFor } from "./pkce";
import { backWithError, backWithSession, seeOther } from "./redirect";
import { requirePrincipal, SESSION, signedIn } from "./session";
import type { SupabaseSettings } from "./settings";

/**
 * `POST /verify`: takes the link's token, or the code and the address that it was mailed to. A token shows that its holder reads
 * the mailbox, not that they chose the password of a sign-up: unless `openingConfirms` is set, the account gets no password.
 */
export async function verify(call: ApiCall, { openingConfirms }: SupabaseSettings): Promise<Result<Response>> {
  const { type, token_hash, email, token } = call.body;
  if (typeof type !== "string")
    return supabaseError(call.request, "validation_failed", "Verify requires a verification type");
  if (type === "email_change") return changeAddress(call);
  const proved =
    token_hash === undefined
      ? await byCode(type, email, token, call.client)
      : await byLink(type, token_hash, call.client, { session: SESSION, ownPassword: openingConfirms });
  return proved.ok ? signedIn(proved.value) : proved;
}

/**
 * Confirms a change of address, in a session of the person who asked for it, by the code mailed to the new address or by the
 * link's token. The token also works with their `current_password`. A stranger could have asked for this address, and its owner
 * must not give it to them.
 */
async function changeAddress(call: ApiCall): Promise<Result<Response>> {
  const { request, body, client } = call;
  const token = schemas.token.safeParse(body.token_hash).data;
  const bearer = await requirePrincipal(call);
  const principal = bearer.ok ? bearer.value : null;
  const password = schemas.currentPassword.safeParse(body.current_password).data;
  if (!principal && (token === undefined || password === undefined))
    return supabaseError(request, "reauthentication_needed", CHANGE_NEEDS);
  const settled =
    token === undefined && principal
      ? await byCodeIn(principal, call)
      : await confirmEmailChange({ token: token ?? "", principal, password }, client);
  if (!settled.ok) return settled;
  const { session } = settled.value;
  return session ? signedIn(session) : ok(json(200, { code: 200, msg: "Email changed. Sign in to continue." }));
}

async function byCodeIn(principal: Principal, { body, client }: ApiCall): Promise<Result<SettledEmailChange>> {
  const [email, code] = [schemas.email.safeParse(body.email), schemas.code.safeParse(body.token)];
  if (!email.success || !code.success) return fail("code_invalid");
  return confirmEmailChangeByCode(principal, { email: email.data, code: code.data }, client);
}

const CHANGE_NEEDS = "Confirm the address with the access token of a session of the account, or with current_password";

/**
 * `GET /verify`, the mailed link: leads to our page with a button, and from there back to the client, with a code if the client
 * sent a challenge, else with the tokens. A change of address always needs the button, because its page asks who the person is.
 */
export async function verifyLink(call: ApiCall, { openingConfirms }: SupabaseSettings): Promise<Result<Response>> {
  const { url, client } = call;
  const query = url.searchParams;
  const [type, token] = [query.get("type") ?? "", query.get("token") ?? ""];
  const target = redirectTarget(query.get("redirect_to")) ?? env().APP_URL;
  const isChange = type === "email_change";
  const isEnough = wasPressed(url, token) || (openingConfirms && !isChange);
  const verification = isEnough ? null : await findVerificationByToken(token);
  if (verification && fits(type, verification)) {
    const page = verification.purpose === "sign-in" ? "/sign-in-code" : "/verify-email";
    return ok(seeOther(buttonPage(token, url.pathname + url.search, page)));
  }
  const challenge = openChallenge(token, query.get("flow"));
  const session = sessionFor(challenge);
  const proved =
    isChange && isEnough
      ? await confirmEmailChangeByOpening({ token, session }, client)
      : await byLink(type, token, client, { session, ownPassword: true });
  const handed = proved.ok ? await backWithSession(target, proved.value, { challenge, more: { type } }) : proved;
  if (handed.ok || handed.error.code === "too_many_attempts") return handed;
  return refused(backWithError(target, EXPIRED, challenge !== null), handed);
}

const EXPIRED = { status: 403, code: "otp_expired", message: "Email link is invalid or has expired" };
