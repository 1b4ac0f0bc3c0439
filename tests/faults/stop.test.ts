import { expect, test } from "vitest";
import { HttpClient } from "@/tests/support/http-client";
import { startServer } from "@/tests/support/server";

const PEOPLE = 8;
const PASSWORD = "plover-hatch-93-quill";
const STOPS_WITHIN_MS = 15_000;

test("told to stop with sign-ins under way, the server answers each of them and leaves in time", async () => {
  const server = await startServer({ BCRYPT_COST: "10" });
  process.env.DATABASE_URL = server.settings.DATABASE_URL;
  const { verifiedUser } = await import("@/tests/support/people");
  const emails = [];
  for (let count = 0; count < PEOPLE; count++) emails.push((await verifiedUser()).email);
  const hidden = await new HttpClient(server.url).form("/login", "Sign in");

  const signIns = emails.map((email) =>
    new HttpClient(server.url).post("/login", hidden, { email, password: PASSWORD }),
  );
  await Promise.race(signIns);
  const begun = performance.now();
  const code = await server.stop();
  expect(performance.now() - begun, server.output()).toBeLessThan(STOPS_WITHIN_MS);
  expect(code).toBe(0);
  for (const { session, location } of await Promise.all(signIns)) {
    expect(location).toContain("/dashboard");
    expect(session).not.toBeNull();
  }
});
