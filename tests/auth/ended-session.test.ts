import { expect, test } from "vitest";
import { requestEmailChange } from "@/lib/auth/change-email";
import { changeRole, giveUpAdmin } from "@/lib/auth/change-role";
import { deleteAccount } from "@/lib/auth/delete-account";
import { inviteAdmin, withdrawInvitation } from "@/lib/auth/invite-admin";
import { revokeUserSessions, setUserDisabled } from "@/lib/auth/manage-users";
import type { Result } from "@/lib/auth/model/errors";
import type { Client, Principal } from "@/lib/auth/model/principal";
import { removePasskey } from "@/lib/auth/passkeys/manage-passkeys";
import { revokeOtherSessions } from "@/lib/auth/sign-out";
import { removeAuthenticator } from "@/lib/auth/two-factor/authenticator";
import { regenerateRecoveryCodes } from "@/lib/auth/two-factor/recovery-codes";
import { cancelFactorReset, requestFactorReset } from "@/lib/auth/two-factor/reset-factors";
import { disconnectAccount } from "@/lib/oauth/link-account";
import type { User } from "@/prisma/client/client";
import { adminUser, client, links, PASSWORD, session, verifiedUser } from "@/tests/support/people";

type Story = (thief: Principal, target: User, client: Client) => Promise<Result<unknown>>;

const STORIES: Record<string, Story> = {
  "a role given": (thief, { id }, from) => changeRole(thief, { userId: id, role: "admin" }, from),
  "the role given up": (thief) => giveUpAdmin(thief),
  "an admin invited": (thief, _, from) => inviteAdmin(thief, { email: "friend@example.com" }, from, null),
  "an invitation taken back": (thief, { id }) => withdrawInvitation(thief, id),
  "a person disabled": (thief, { id }) => setUserDisabled(thief, id, true),
  "a person signed out": (thief, { id }) => revokeUserSessions(thief, id),
  "a person's factors reset": (thief, { id }) => requestFactorReset(thief, { userId: id }, () => ""),
  "a reset taken back": (thief, { id }) => cancelFactorReset(thief, { userId: id }),
  "new recovery codes": (thief, _, from) => regenerateRecoveryCodes(thief, from),
  "a passkey removed": (thief, { id }, from) => removePasskey(thief, { id, providers: [] }, from),
  "an authenticator app removed": (thief, { id }, from) => removeAuthenticator(thief, { id }, from),
  "a provider disconnected": (thief, { id }, from) => disconnectAccount(thief, { accountId: id }, from),
  "another address": (thief, _, from) =>
    requestEmailChange(thief, { email: "thief@example.com", currentPassword: PASSWORD }, from, links),
  "the account deleted": (thief, _, from) => deleteAccount(thief, { currentPassword: PASSWORD }, from),
};

// The request had been let in before. While it waited for its turn, the owner signed all other devices out.
test.each(Object.entries(STORIES))("nothing comes of a request whose session has ended: %s", async (_, story) => {
  const [owner, target] = [await adminUser(), await verifiedUser()];
  await adminUser();
  const [thief, other] = [await session(owner), await session(owner)];
  await revokeOtherSessions(other.principal);
  const stale = { ...thief.principal, twoFactorAt: new Date() };
  expect(await story(stale, target, client())).toMatchObject({ ok: false, error: { code: "unauthenticated" } });
});
