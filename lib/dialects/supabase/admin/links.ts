import { z } from "zod";
import { ok, type Result } from "@/lib/auth/model/errors";
import { parse } from "@/lib/auth/model/parse";
import * as schemas from "@/lib/auth/model/schemas";
import { signUpByOperator } from "@/lib/auth/operator/create-user";
import { inviteUserByOperator, issueEmailChangeByOperator, issueLinkByOperator } from "@/lib/auth/operator/invite-user";
import { json } from "@/lib/wire/json";
import { Email } from "../email";
import { mailedLink, redirectTarget } from "../links";
import { readNewProfile } from "../metadata";
import { adminObject, type Call, inAdminWords } from "./users";

export const Invitation = z.object({ email: Email, data: schemas.metadata.optional() });
export const Asked = z.discriminatedUnion(
  "type",
  [
    Invitation.extend({ type: z.literal("signup"), password: schemas.newPassword }),
    Invitation.extend({ type: z.enum(["invite", "magiclink", "recovery"]) }),
    z.object({ type: z.literal("email_change_new"), email: Email, new_email: Email }),
  ],
  "type must be signup, invite, magiclink, recovery or email_change_new: the new mailbox alone confirms a change",
);

/** `POST /invite`: makes a user, and mails them the link by which they take the account. */
export async function invite(call: Call, by: string): Promise<Result<Response>> {
  const input = parse(Invitation, call.body);
  if (!input.ok) return input;
  const { email, data } = input.value;
  const profile = readNewProfile(data, "change");
  if (!profile.ok) return profile;
  const target = redirectTarget(call.url.searchParams.get("redirect_to"));
  const invited = await inviteUserByOperator({ email, profile: profile.value }, by, (token) =>
    mailedLink("invite", token, target),
  );
  if (!invited.ok) return inAdminWords(call, invited);
  return ok(json(200, { ...(await adminObject(invited.value.user)), invited_at: new Date() }));
}

/** `POST /admin/generate_link`: answers the link and the code, for an operator who mails them. */
export async function generateLink(call: Call, by: string): Promise<Result<Response>> {
  const { url, body } = call;
  const input = parse(Asked, body);
  if (!input.ok) return input;
  const made = await make(input.value, by);
  if (!made.ok) return inAdminWords(call, made);
  const { user, issued } = made.value;
  const wish = typeof body.redirect_to === "string" ? body.redirect_to : url.searchParams.get("redirect_to");
  const target = redirectTarget(wish);
  const { type } = input.value;
  const now = new Date();
  return ok(
    json(200, {
      ...(await adminObject(user)),
      ...(type === "invite" && { invited_at: now }),
      ...(type === "email_change_new" && { new_email: input.value.new_email, email_change_sent_at: now }),
      action_link: mailedLink(type === "email_change_new" ? "email_change" : type, issued.token, target),
      email_otp: issued.code,
      hashed_token: issued.token,
      verification_type: type,
      redirect_to: target ?? "",
    }),
  );
}

async function make(asked: z.output<typeof Asked>, by: string) {
  if (asked.type === "email_change_new")
    return issueEmailChangeByOperator({ email: asked.email, newEmail: asked.new_email }, by);
  const { type, email, data } = asked;
  const profile = readNewProfile(data, "change");
  if (!profile.ok) return profile;
  if (type === "signup") return signUpByOperator({ ...profile.value, email, password: asked.password }, by);
  if (type === "invite") return inviteUserByOperator({ email, profile: profile.value }, by, null);
  return issueLinkByOperator({ email, purpose: type === "recovery" ? "reset" : "sign-in" }, by);
}
