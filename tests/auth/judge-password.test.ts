import { expect, test } from "vitest";
import { LIMITS } from "@/lib/auth/model/limits";
import { register } from "@/lib/auth/register";
import { judgePassword, type PasswordOwner } from "@/lib/auth/steps/judge-password";
import { issueVerification } from "@/lib/auth/store/verifications";
import { db } from "@/lib/db";
import { events } from "@/tests/support/events";
import { client, links, PASSWORD, session, verifiedUser } from "@/tests/support/people";

const NAME = "Wilhelmina Featherstone";
const STRANGER: PasswordOwner = { principal: null, said: [] };
const problemOf = async (password: string, owner: Partial<PasswordOwner> = {}, from = client()) => {
  const judged = await judgePassword(password, { ...STRANGER, ...owner }, from);
  return judged.ok ? judged.value.problem : judged.error.code;
};

test("a password on its way is judged as the story that sets it will", async () => {
  expect(await problemOf(PASSWORD)).toBeNull();
  expect(await problemOf("passwordpassword1")).toMatch(/attackers try first|too easy to guess/);
  expect(await problemOf(NAME), "of nobody in particular").toBeNull();
  expect(await problemOf(NAME, { said: ["alice@example.com", NAME] })).toMatch(/too close/);
  const user = await verifiedUser({ name: NAME });
  const { principal } = await session(user);
  expect(await problemOf(NAME, { principal })).toMatch(/too close/);
  const { token } = await issueVerification({ purpose: "reset", userId: user.id, email: user.email });
  expect(await problemOf(NAME, { token })).toMatch(/too close/);
  expect(await db.verification.count({ where: { userId: user.id } }), "the link is not spent").toBe(1);
  expect(JSON.stringify(events())).not.toMatch(new RegExp(`${NAME}|${PASSWORD}`));
});

test("each source has a number of judgements, which takes nothing from its registrations", async () => {
  const from = client();
  for (let n = 0; n < LIMITS.passwordHintPerSource.points; n++)
    expect(await problemOf("short", {}, from)).not.toBeNull();
  expect(await problemOf(PASSWORD, {}, from)).toBe("too_many_attempts");
  expect(await problemOf(PASSWORD), "another source").toBeNull();
  expect(await register({ email: "hinted@example.com", password: PASSWORD }, from, links)).toMatchObject({ ok: true });
});
