import { expect, test, vi } from "vitest";
import { confirmCodeAt } from "@/lib/auth/confirm-by-address";
import { confirmCode, confirmLink } from "@/lib/auth/confirm-email";
import { sendSignInCode } from "@/lib/auth/email-code/send-sign-in-code";
import { signInByCode } from "@/lib/auth/email-code/sign-in-by-mail";
import { register } from "@/lib/auth/register";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { issueVerification } from "@/lib/auth/store/verifications";
import { updateProfile } from "@/lib/auth/update-profile";
import { toProfile } from "@/lib/oauth/profile";
import type { OAuthProvider } from "@/lib/oauth/provider";
import { signInWithProfile } from "@/lib/oauth/sign-in";
import { BLANK, COLUMNS, FIRST, SECOND, storedFields } from "@/tests/support/fields";
import { newestMail } from "@/tests/support/outbox";
import { client, links, PASSWORD, session, unverifiedUser, verifiedUser, withEnv } from "@/tests/support/people";

vi.mock("@/lib/auth/model/profile-fields", () => import("@/tests/support/fields-everywhere"));

const NONE = Object.fromEntries(COLUMNS.map((column) => [column, null]));
const newEmail = () => `${crypto.randomUUID()}@example.com`;

async function registered(email: string, profile = FIRST, from = client(), pendingId?: string): Promise<string> {
  const result = await register({ email, password: PASSWORD, profile, pendingId }, from, links);
  if (!result.ok || result.value.status !== "pending") throw new Error("No registration waits");
  return result.value.verificationId;
}

test("a registration brings a person's fields to the row, by whatever proves the mailbox", async () => {
  const proofs = [
    async (verificationId: string, email: string) =>
      confirmCode({ verificationId, code: (await newestMail(email)).code ?? "" }, client()),
    async (verificationId: string, email: string) =>
      confirmLink({ verificationId, token: (await newestMail(email)).token }, client()),
    async (_: string, email: string) =>
      confirmCodeAt({ email, code: (await newestMail(email)).code ?? "", session: {} }, client()),
  ];
  for (const prove of proofs) {
    const email = newEmail();
    expect(await prove(await registered(email), email)).toMatchObject({ ok: true });
    expect(await storedFields(email)).toEqual(FIRST);
  }
});

test("where no proof is asked for, they are there at once", async () => {
  const email = newEmail();
  await withEnv({ AUTH_REQUIRE_EMAIL_VERIFICATION: false }, () =>
    register({ email, password: PASSWORD, profile: FIRST }, client(), links),
  );
  expect(await storedFields(email)).toEqual(FIRST);
});

test("sent twice by one browser, the newer ones count", async () => {
  const [email, from] = [newEmail(), client()];
  const verificationId = await registered(email, FIRST, from);
  expect(await registered(email, SECOND, from, verificationId)).toBe(verificationId);
  await confirmCode({ verificationId, code: (await newestMail(email)).code ?? "" }, from);
  expect(await storedFields(email)).toEqual(SECOND);
});

test("the owner of a mailbox who proves an account that a stranger began keeps nothing of the stranger's", async () => {
  for (const given of [FIRST, {}]) {
    const { email } = await unverifiedUser(SECOND);
    const verificationId = await registered(email, given);
    await confirmCode({ verificationId, code: (await newestMail(email)).code ?? "" }, client());
    expect(await storedFields(email)).toEqual({ ...NONE, ...given });
  }
});

test("what waited as JSON and is no longer allowed is left out, and the registration completes", async () => {
  const email = newEmail();
  const profile = Object.fromEntries(COLUMNS.map((column) => [column, { not: "text" }]));
  const payload = { profile, passwordHash: "x" };
  const { id, code } = await issueVerification({ purpose: "register", email, payload, withCode: true });
  expect(await confirmCode({ verificationId: id, code: code ?? "" }, client())).toMatchObject({ ok: true });
  expect(await storedFields(email)).toEqual(NONE);
});

test("an account made by a mailed code has them too", async () => {
  const email = newEmail();
  const sent = await sendSignInCode({ email, createUser: true, profile: FIRST }, client(), links);
  const verificationId = sent.ok ? sent.value.verificationId : "";
  await signInByCode({ verificationId, code: (await newestMail(email)).code ?? "" }, client());
  expect(await storedFields(email)).toEqual(FIRST);
});

test("a provider brings what it says of them, and leaves the others as they are", async () => {
  const demo = { id: "demo", provesEmail: () => true } as unknown as OAuthProvider;
  const signIn = (email: string, raw: object) =>
    signInWithProfile(toProfile(demo, { id: email, email }, { ...raw }), client());
  const [fresh, begun, kept] = [newEmail(), await unverifiedUser(SECOND), await unverifiedUser(SECOND)];
  expect(await signIn(fresh, FIRST)).toMatchObject({ ok: true, value: { outcome: "created" } });
  expect(await storedFields(fresh)).toEqual(FIRST);
  await signIn(begun.email, FIRST);
  expect(await storedFields(begun.email)).toEqual(FIRST);
  await signIn(kept.email, { ...BLANK, [COLUMNS[0] ?? ""]: ["no", "text"] });
  expect(await storedFields(kept.email)).toEqual(SECOND);
});

test("the very next request of a person sees a change, and what is not given stays", async () => {
  const { token, principal } = await session(await verifiedUser(FIRST));
  expect(await findPrincipal(token)).toMatchObject(FIRST);
  await updateProfile(principal, {});
  expect(await findPrincipal(token)).toMatchObject(FIRST);
  await updateProfile(principal, SECOND);
  expect(await findPrincipal(token)).toMatchObject(SECOND);
});
