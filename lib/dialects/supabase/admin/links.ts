import { z } from "zod";
import { ok, type Result } from "@/lib/auth/model/errors";
import { parse } from "@/lib/auth/model/parse";
import * as schemas from "@/lib/auth/model/schemas";
import { inviteUserByOperator, issueLinkByOperator } from "@/lib/auth/operator/invite-user";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { supabaseError } from "../errors";
import { mailedLink, redirectTarget } from "../links";
import { readNewProfile } from "../metadata";
import { adminObject, TAKEN } from "./users";

const Invitation = z.object({ email: schemas.email, data: schemas.metadata.optional() });
const Asked = Invitation.extend({
  type: z.enum(["invite", "magiclink", "recovery"], "type must be invite, magiclink or recovery"),
});

/** `POST /invite`: makes a user and mails them the link that makes the account theirs. */
export async function invite({ request, url, body }: ApiCall, by: string): Promise<Result<Response>> {
  const input = parse(Invitation, body);
  if (!input.ok) return input;
  const { email, data } = input.value;
  const profile = readNewProfile(data, "change");
  if (!profile.ok) return profile;
  const target = redirectTarget(url.searchParams.get("redirect_to"));
  const invited = await inviteUserByOperator({ email, profile: profile.value }, by, (token) =>
    mailedLink("invite", token, target),
  );
  if (invited.ok) return ok(json(200, await adminObject(invited.value.user)));
  return invited.error.code === "user_exists" ? ok(supabaseError(request, "email_exists", TAKEN)) : invited;
}

/** `POST /admin/generate_link`: the link and the code, for an operator who mails them. */
export async function generateLink({ request, url, body }: ApiCall, by: string): Promise<Result<Response>> {
  const input = parse(Asked, body);
  if (!input.ok) return input;
  const { type, email, data } = input.value;
  const profile = readNewProfile(data, "change");
  if (!profile.ok) return profile;
  const wish = typeof body.redirect_to === "string" ? body.redirect_to : url.searchParams.get("redirect_to");
  const target = redirectTarget(wish);
  const made =
    type === "invite"
      ? await inviteUserByOperator({ email, profile: profile.value }, by, null)
      : await issueLinkByOperator({ email, purpose: type === "recovery" ? "reset" : "sign-in" }, by);
  if (!made.ok && made.error.code === "user_exists") return ok(supabaseError(request, "email_exists", TAKEN));
  if (!made.ok && made.error.code === "not_found") return ok(supabaseError(request, "user_not_found"));
  if (!made.ok) return made;
  const { user, issued } = made.value;
  return ok(
    json(200, {
      ...(await adminObject(user)),
      action_link: mailedLink(type, issued.token, target),
      email_otp: issued.code,
      hashed_token: issued.token,
      verification_type: type,
      redirect_to: target ?? "",
    }),
  );
}
