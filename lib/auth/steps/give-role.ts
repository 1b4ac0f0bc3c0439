import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Role } from "@/lib/auth/model/permissions";
import { recordEvent } from "@/lib/auth/store/security-events";
import { updateUser } from "@/lib/auth/store/users";
import { endVerifications } from "@/lib/auth/store/verifications";
import { sendMail } from "@/lib/mail/messages";
import type { User } from "@/prisma/client/client";
import { isLastAdmin } from "./lock-admins";
import { levelOf } from "./owed-factor";
import { revokeSessionsAndBegun } from "./revoke-sessions";

/**
 * Gives a person a role, in a transaction that has called `lockAdmins`, and tells them by mail.
 * @param by who gives it, for the log.
 * @param admins as `lockAdmins` returned them.
 * @returns whether the role was another one before; or `last_admin`.
 */
export async function giveRole(user: User, role: Role, by: string, admins: string[]): Promise<Result<boolean>> {
  const { id: userId, email } = user;
  if (user.role === role) return ok(false);
  if (isLastAdmin(userId, admins)) return fail("last_admin");
  const [before, after] = [await levelOf(user), await levelOf({ id: userId, role })];
  await updateUser(userId, { role });
  await endVerifications(userId, ["invite"]);
  // A session that one factor opened must not hold a role that asks for two: the person signs in again with both.
  if (before === "one" && after === "two") await revokeSessionsAndBegun(userId);
  await recordEvent("role.changed", { userId, email, detail: `${role} ${by}` });
  await sendMail(email, "role-changed", { newRole: role, at: new Date() });
  return ok(true);
}
