import { beforeEach, describe, expect, test } from "vitest";
import { requestEmailChange } from "@/lib/auth/change-email";
import { confirmCode } from "@/lib/auth/confirm-email";
import { confirmEmailChange, undoEmailChange } from "@/lib/auth/confirm-email-change";
import { deleteAccount } from "@/lib/auth/delete-account";
import { sendSignInCode } from "@/lib/auth/email-code/send-sign-in-code";
import { signInByCode } from "@/lib/auth/email-code/sign-in-by-mail";
import { forgotPassword } from "@/lib/auth/forgot-password";
import { login } from "@/lib/auth/login";
import { register } from "@/lib/auth/register";
import { addProof } from "@/lib/auth/steps/add-proof";
import { db } from "@/lib/db";
import { transact } from "@/lib/db/transact";
import { signInWithProfile } from "@/lib/oauth/sign-in";
import { owingSession } from "@/tests/support/factors";
import { emptyOutbox, newestMail } from "@/tests/support/outbox";
import {
  client,
  links,
  newSession,
  other,
  PASSWORD,
  session,
  unverifiedUser,
  verifiedUser,
  withEnv,
} from "@/tests/support/people";
import { subscribe, untold } from "@/tests/support/subscribers";

const email = "newcomer@example.com";
const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
const device = "Firefox on Linux";

beforeEach(async () => {
  await db.user.deleteMany();
  await db.rateLimit.deleteMany();
  await emptyOutbox();
  for (const name of ["user.created", "user.signed_in", "user.email_changed", "user.deleted"] as const)
    subscribe(name, () => {});
});

const only = async () => db.user.findFirstOrThrow();

describe("user.created and user.signed_in, once each, when", () => {
  test("a registration is confirmed", async () => {
    const begun = await register({ email, password: PASSWORD, profile: { name: "Nell" } }, client(), links);
    if (!begun.ok || begun.value.status !== "pending") throw new Error("not pending");
    expect(await untold("user.created")).toEqual([]);
    const { code = "" } = await newestMail(email);
    await confirmCode({ verificationId: begun.value.verificationId, code }, client());
    const { id: userId } = await only();
    const created = { userId, email, emailVerified: true, name: "Nell", provider: null, at };
    expect(await untold("user.created")).toEqual([created]);
    const proofs = ["email-code"];
    expect(await untold("user.signed_in")).toEqual([{ userId, email, proofs, device, kind: "browser", at }]);
    // A second registration of the address, and a sign-in: no user comes into being.
    await register({ email, password: other() }, client(), links);
    await login({ email, password: PASSWORD }, client(), links);
    expect([await untold("user.created"), await untold("user.signed_in")]).toMatchObject([[created], [{}, {}]]);
  });

  test("a registration needs no proof, and says that the address has none", async () => {
    await withEnv({ AUTH_REQUIRE_EMAIL_VERIFICATION: false }, () =>
      register({ email, password: PASSWORD }, client(), links),
    );
    expect(await untold("user.created")).toMatchObject([{ email, emailVerified: false, provider: null }]);
    expect(await untold("user.signed_in")).toMatchObject([{ email, proofs: ["password"] }]);
  });

  test("a provider vouches for someone new, and not the next time", async () => {
    const about = { email, emailVerified: true, fields: { name: "Nell" }, image: null, username: null, raw: {} };
    const profile = { provider: "github", providerAccountId: "1", ...about };
    await signInWithProfile(profile, client());
    await signInWithProfile(profile, client());
    expect(await untold("user.created")).toMatchObject([{ email, name: "Nell", provider: "github" }]);
    expect(await untold("user.signed_in")).toMatchObject([{ proofs: ["provider"] }, {}]);
  });

  test("a code is typed for an address without an account", async () => {
    const sent = await sendSignInCode({ email, createUser: true }, client(), links);
    if (!sent.ok) throw new Error(sent.error.code);
    const { code = "" } = await newestMail(email);
    await signInByCode({ verificationId: sent.value.verificationId, code }, client());
    expect(await untold("user.created")).toMatchObject([{ email, emailVerified: true, provider: null }]);
    expect(await untold("user.signed_in")).toMatchObject([{ proofs: ["email-code"] }]);
  });
});

test("user.created is not told again of a user whose address is proved later", async () => {
  await unverifiedUser({ email });
  const about = { email, emailVerified: true, fields: { name: null }, image: null, username: null, raw: {} };
  await signInWithProfile({ provider: "github", providerAccountId: "1", ...about }, client());
  expect(await untold("user.created")).toEqual([]);
  expect(await untold("user.signed_in")).toHaveLength(1);
});

test("user.signed_in waits for the factor that is owed, and is told once", async () => {
  const user = await verifiedUser();
  const owing = await withEnv({ AUTH_REQUIRE_SECOND_FACTOR: "all" }, () => owingSession(user));
  expect(await untold("user.signed_in")).toEqual([]);
  await transact(() => addProof(owing, "totp", client()));
  expect(await untold("user.signed_in")).toMatchObject([{ userId: user.id, proofs: ["password", "totp"] }]);
  // Showing again who one is, is no sign-in; a wrong password is none either.
  await transact(() => addProof(owing, "password", client()));
  await login({ email: user.email, password: "wrong" }, client(), links);
  expect(await untold("user.signed_in")).toHaveLength(1);
  await newSession(user, { kind: "api" });
  expect(await untold("user.signed_in")).toMatchObject([{}, { kind: "api" }]);
});

test("user.email_changed is told when the new mailbox has confirmed, and when the old one takes it back", async () => {
  const alice = await verifiedUser();
  const { principal } = await session(alice);
  await requestEmailChange(principal, { email, currentPassword: PASSWORD }, client(), links);
  const { token: undo } = await newestMail(alice.email);
  expect(await untold("user.email_changed")).toEqual([]);
  await confirmEmailChange({ token: (await newestMail(email)).token, principal }, client());
  await undoEmailChange(undo, client());
  const { id: userId } = alice;
  expect(await untold("user.email_changed")).toEqual([
    { userId, from: alice.email, to: email, at },
    { userId, from: email, to: alice.email, at },
  ]);
});

test("user.deleted is told of an account that is gone", async () => {
  const alice = await verifiedUser();
  const { principal } = await session(alice);
  await deleteAccount(principal, { currentPassword: "wrong" }, client());
  expect(await untold("user.deleted")).toEqual([]);
  await deleteAccount(principal, { currentPassword: PASSWORD }, client());
  expect(await untold("user.deleted")).toEqual([{ userId: alice.id, email: alice.email, at }]);
});

test("auth.password_reset is told of an account, and an address without one leaves a row that looks the same", async () => {
  subscribe("auth.password_reset", () => {});
  const alice = await verifiedUser();
  for (const address of [alice.email, email]) await forgotPassword({ email: address }, client(), links);
  const event = { entity_id: alice.email, actor_type: null, metadata: {}, token: expect.stringMatching(/^[\w-]{43}$/) };
  expect(await untold("auth.password_reset")).toEqual([event]);
  expect(await db.delivery.count()).toBe(2);
});

test("no event holds a password or its hash", async () => {
  const { principal } = await session(await verifiedUser());
  await deleteAccount(principal, { currentPassword: PASSWORD }, client());
  const told = JSON.stringify([await untold("user.signed_in"), await untold("user.deleted")]);
  expect(told).toContain("@example.com");
  expect(told).not.toMatch(/plover|\$2b\$|password_?hash/i);
});
