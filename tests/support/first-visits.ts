import { expect } from "vitest";
import { connectFakeResend } from "./fake-resend";
import { cookiesOf, HttpClient, newIp } from "./http-client";
import { PASSWORD } from "./people";
import type { TestServer } from "./server";

export const WRONG_PASSWORD = "wrong-password-7731";

/**
 * The first actions of a person, so that there is something of each kind to record: registers, confirms, mistypes the password,
 * signs in, looks at a page, and asks for a reset twice, which is once more than a minute allows.
 * @returns the values that no metric or trace may contain
 */
export async function firstVisits(
  { url, resendUrl }: Pick<TestServer, "url" | "resendUrl">,
  email: string,
  headers: Record<string, string> = {},
): Promise<{ ip: string; session: string; link: string }> {
  const ip = newIp();
  const visitor = new HttpClient(url, { ip });
  const registration = { name: "Quince", email, password: PASSWORD };
  const registered = await visitor.submit("/register", "Create account", registration, headers);
  const mail = await connectFakeResend(resendUrl).waitForMail(email);
  const browser = new HttpClient(url, { ip, cookie: cookiesOf(registered) });
  await browser.submit("/verify-email", "Confirm", { code: mail.code ?? "" }, headers);
  await visitor.submit("/login", "Sign in", { email, password: WRONG_PASSWORD }, headers);
  const { session } = await visitor.submit("/login", "Sign in", { email, password: PASSWORD }, headers);
  if (!session) expect.fail("The sign-in began no session");
  await new HttpClient(url, { ip, session }).get("/dashboard");
  for (const _ of [1, 2]) await visitor.submit("/forgot-password", "Send reset link", { email }, headers);
  return { ip, session, link: mail.links[0] ?? expect.fail("The mail has no link") };
}
