import { afterEach, beforeEach, expect, test } from "vitest";
import { POST } from "@/app/api/cron/route";
import { db } from "@/lib/db";
import { env } from "@/lib/env";

const SECRET = "only-for-tests-0123456789-abcdefghij";
const ask = (token?: string) =>
  POST(
    new Request("http://localhost/api/cron", {
      method: "POST",
      headers: token ? { authorization: `Bearer ${token}` } : {},
    }),
    {
      params: Promise.resolve({}),
    },
  );
const expired = () =>
  db.verification.create({ data: { purpose: "reset", tokenHash: crypto.randomUUID(), expires: new Date(0) } });

beforeEach(() => {
  env().CRON_SECRET = SECRET;
});
afterEach(() => {
  env().CRON_SECRET = undefined;
});

test("a platform's timer has deleted what has expired, also when it asks twice at once", async () => {
  await expired();
  await expired();
  const answers = await Promise.all([ask(SECRET), ask(SECRET)]);
  const bodies = await Promise.all(answers.map((answer) => answer.json()));
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(bodies[0].deleted.verifications + bodies[1].deleted.verifications).toBe(2);
  expect(bodies[0].mail).toEqual({ waiting: 0, givenUp: 0 });
});

test("no one else has anything done, and without a secret there is nothing to ask", async () => {
  await expired();
  for (const token of [undefined, "", `${SECRET}x`, SECRET.slice(1)]) {
    const answer = await ask(token);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer /);
  }
  env().CRON_SECRET = undefined;
  for (const token of [undefined, SECRET, "undefined"]) expect((await ask(token)).status).toBe(404);
  expect(await db.verification.count()).toBe(1);
});
