import { expect, test, vi } from "vitest";
import { claimAccount } from "@/lib/auth/steps/claim-account";
import { linkAccount } from "@/lib/auth/store/accounts";
import { db } from "@/lib/db";
import { lockRow } from "@/lib/db/lock-row";
import { transact } from "@/lib/db/transact";
import { disconnectAccount } from "@/lib/oauth/link-account";
import { signInWithProfile } from "@/lib/oauth/sign-in";
import type { User } from "@/prisma/client/client";
import { client, session, unverifiedUser, verifiedUser, withEnv } from "@/tests/support/people";
import { waitingForUs } from "@/tests/support/waiting-for-us";

/** Signs in by an account of the user's, which `takeAway` takes from them after it was found. */
async function signInDuring(user: User, takeAway: (accountId: string) => Promise<unknown>) {
  const account = { provider: "demo", providerAccountId: user.id, label: null };
  await linkAccount(user.id, account);
  const { id } = await db.account.findFirstOrThrow({ where: { userId: user.id } });
  let begin = () => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const takingAway = transact(async () => {
    await lockRow("User", user.id);
    begin();
    await vi.waitFor(async () => expect(await waitingForUs()).toBe(1));
    return takeAway(id);
  });
  await begun;
  const about = { email: user.email, emailVerified: true, fields: {}, image: null, username: null, raw: {} };
  const signedIn = await signInWithProfile({ ...account, ...about }, client());
  await takingAway;
  return signedIn.ok ? "ok" : signedIn.error.code;
}

const sessionsOf = ({ id: userId }: User) => db.session.count({ where: { userId } });

test("an account that is disconnected while it signs in opens nothing", async () => {
  const user = await verifiedUser();
  const { principal } = await session(user);
  const outcome = await signInDuring(user, (accountId) => disconnectAccount(principal, { accountId }, client()));
  expect([outcome, await sessionsOf(user)]).toEqual(["account_exists", 1]);
});

test("a stranger's account opens nothing while the owner of the mailbox proves it", async () => {
  const user = await unverifiedUser();
  const outcome = await withEnv({ AUTH_REQUIRE_EMAIL_VERIFICATION: false }, () =>
    signInDuring(user, () => claimAccount(user.id)),
  );
  expect([outcome, await sessionsOf(user)]).toEqual(["account_exists", 0]);
});
