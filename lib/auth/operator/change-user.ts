import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { hashPassword } from "@/lib/auth/model/password-hash";
import { passwordProblem } from "@/lib/auth/model/password-policy";
import { type MetadataChange, mergeJson, mergeMetadata } from "@/lib/auth/steps/merge-metadata";
import { moveAddress } from "@/lib/auth/steps/move-address";
import { issueUndo } from "@/lib/auth/steps/open-email-change";
import { removeUser } from "@/lib/auth/steps/remove-user";
import { revokeSessionsAndBegun } from "@/lib/auth/steps/revoke-sessions";
import { setDisabled } from "@/lib/auth/steps/set-disabled";
import { setPassword } from "@/lib/auth/steps/set-password";
import { recordEvent } from "@/lib/auth/store/security-events";
import { findUserById, updateUser } from "@/lib/auth/store/users";
import { endVerifications } from "@/lib/auth/store/verifications";
import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import { sendMail } from "@/lib/mail/messages";
import type { Prisma, User } from "@/prisma/client/client";

const AN_ADMIN = fail("forbidden", {
  message: "This person is an admin. Take that role away first, so that the site is never without one.",
});

const MAX_APP_METADATA_BYTES = 1_000;
const TOO_LARGE = "With what is kept already app_metadata is too large. Remove keys by setting them to null.";

type Changes = {
  password?: string;
  email?: string;
  /** The operator vouches that the mailbox is this person's. */
  confirmed?: boolean;
  disabled?: boolean;
  appMetadata?: Prisma.JsonObject;
  /** What the person's own client keeps, and the person's fields. */
  metadata?: MetadataChange;
};

/**
 * Sets a person's password or address, disables or enables them, and merges `appMetadata` into what is kept with them; null
 * removes a key. A password, an address and disabling end all their sessions; a mail tells them of the first two.
 * @returns `not_found`, `invalid_input`, `user_exists`, `forbidden` for disabling an admin.
 */
export async function changeUserByOperator(
  userId: string,
  { password, email, confirmed, disabled, appMetadata, metadata }: Changes,
  by: string,
): Promise<Result<User>> {
  const found = await findUserById(userId);
  if (!found) return fail("not_found");
  const problem = password === undefined ? null : await passwordProblem(password, [email ?? found.email, found.name]);
  if (problem) return fail("invalid_input", { fields: { password: problem } });
  const passwordHash = password === undefined ? undefined : await hashPassword(password);
  return transact<Result<User>>(async () => {
    await lockRow("User", userId);
    const user = await findUserById(userId);
    if (!user) return fail("not_found");
    if (disabled && user.role === "admin") return AN_ADMIN;
    const noted = metadata ? await mergeMetadata(user, metadata) : ok(user);
    if (!noted.ok) return noted;
    const detail = `by ${by}`;
    const readdressed = await setAddress(user, { email, confirmed }, detail);
    if (!readdressed.ok) return readdressed;
    if (passwordHash) {
      await setPassword(userId, passwordHash);
      await revokeSessionsAndBegun(userId);
      await endVerifications(userId, ["reset", "verify"]);
      await recordEvent("password.set_by_operator", { userId, detail });
      await sendMail(email ?? user.email, "password-changed", { at: new Date(), device: "the operator of this site" });
    }
    if (disabled !== undefined) await setDisabled(userId, disabled, detail);
    const kept = mergeJson(user.appMetadata, appMetadata);
    if (Buffer.byteLength(JSON.stringify(kept)) > MAX_APP_METADATA_BYTES)
      return fail("invalid_input", { fields: { app_metadata: TOO_LARGE } });
    const changed = await updateUser(userId, { appMetadata: kept });
    return changed ? ok(changed) : fail("not_found");
  });
}

/** A proved user stays proved: else the next proof of the mailbox would remove their other factors. */
async function setAddress(
  user: User,
  { email = user.email, confirmed = false }: Pick<Changes, "email" | "confirmed">,
  detail: string,
): Promise<Result<void>> {
  const { id: userId, email: from } = user;
  const emailVerified = confirmed && !user.emailVerified ? new Date() : undefined;
  if (email === from) {
    if (emailVerified) await updateUser(userId, { emailVerified, emailVouched: true });
    return ok(undefined);
  }
  const moved = await moveAddress(user, email, {
    emailVerified,
    emailVouched: confirmed || user.emailVerified !== null,
  });
  if (!moved.ok) return moved;
  await endVerifications(userId, ["reset", "verify"]);
  await revokeSessionsAndBegun(userId);
  await recordEvent("email.set_by_operator", { userId, email, detail });
  const undoUrl = await issueUndo(user, email, "operator");
  await sendMail(email, "email-changed", { email, isUndoable: undoUrl !== null });
  // Without a proof, too, this may be the person, and the change a mistake.
  if (user.emailVerified) await sendMail(from, "email-set", undoUrl ? { newEmail: email, url: undoUrl } : {});
  return ok(undefined);
}

/** Deletes a person's account and all that hangs on it. @returns `not_found`, `forbidden` for an admin. */
export async function deleteUserByOperator(userId: string, by: string): Promise<Result<void>> {
  return transact<Result<void>>(async () => {
    await lockRow("User", userId);
    const user = await findUserById(userId);
    if (!user) return fail("not_found");
    if (user.role === "admin") return AN_ADMIN;
    await removeUser(user, { outcome: `by ${by}` });
    return ok(undefined);
  });
}
