import { expect, inject, test } from "vitest";
import { totpCode, twoStepUser } from "@/tests/support/factors";
import { HttpClient } from "@/tests/support/http-client";
import { PASSWORD } from "@/tests/support/people";

test("the session of a sign-in that owes a factor is seen by no interface and no page, until it is proved", async () => {
  const { url } = inject("server");
  const { user, secret } = await twoStepUser({ role: "admin" });
  const fields = { email: user.email, password: PASSWORD };
  const typed = await new HttpClient(url).submit("/login", "Sign in", fields);
  expect(typed.location).toBe("/two-factor");

  const owing = new HttpClient(url, { session: typed.session ?? "" });
  expect((await owing.ask("/api/auth/session")).text).toBe("null");
  expect((await owing.ask("/api/me")).status).toBe(401);
  for (const path of ["/dashboard", "/account", "/admin"])
    expect((await owing.get(path)).location, path).toMatch(/\/two-factor(\?to=|$)/);

  const proved = await owing.submit("/two-factor", "Confirm", { code: totpCode(secret) });
  const complete = new HttpClient(url, { session: proved.session ?? "" });
  expect((await complete.ask("/api/auth/session")).body.user).toMatchObject({ email: user.email });
  expect((await complete.ask("/api/me")).status).toBe(200);
  expect((await owing.ask("/api/auth/session")).text).toBe("null");
});
