import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "@playwright/test";
import { issueVerification } from "@/lib/auth/store/verifications";
import { SESSION_COOKIE } from "@/lib/wire/cookies";
import { test } from "@/tests/support/pages";
import { session, verifiedUser } from "@/tests/support/people";

const PAGES = [
  "/login",
  "/register",
  "/verify-email",
  "/forgot-password",
  "/reset-password",
  "/sign-in-code/address",
  "/nowhere",
  "/account",
];

test("every page allows scripts by a nonce alone, another one each time, which its scripts carry", async ({
  request,
}) => {
  const { token } = await session(await verifiedUser());
  const seen = new Set<string>();
  for (const path of [...PAGES, ...PAGES]) {
    const answer = await request.get(path, { headers: { cookie: `${SESSION_COOKIE()}=${token}` } });
    const policy = answer.headers()["content-security-policy"] ?? "";
    const nonce = policy.match(/script-src 'nonce-([^']+)'/)?.[1] ?? "";
    expect(Buffer.from(nonce, "base64").length, path).toBeGreaterThanOrEqual(16);
    expect(seen.has(nonce), path).toBe(false);
    seen.add(nonce);
    expect(policy).not.toMatch(/unsafe-(inline|eval|hashes)|\*/);
    expect(policy).toMatch(/object-src 'none'/);
    expect(policy).toMatch(/base-uri 'none'/);
    expect(policy).toMatch(/form-action 'self'/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    const scripts = (await answer.text()).match(/<script[^>]*>/g) ?? [];
    expect(scripts.length, path).toBeGreaterThan(0);
    for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
    expect(answer.headers()["cache-control"], path).toContain("no-store");
  }
});

test("a page of another site cannot frame ours", async ({ page, complaints, baseURL }) => {
  const { id, email } = await verifiedUser();
  const { token } = await issueVerification({ purpose: "reset", userId: id, email });
  const paths = ["/login", "/account", `/reset-password?token=${token}`];
  const frames = paths.map((path) => `<iframe src="${baseURL}${path}"></iframe>`).join("");
  const foreign = createServer((_, response) => response.setHeader("content-type", "text/html").end(frames)).listen(0);
  await once(foreign, "listening");
  await page.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`);
  await expect.poll(() => complaints.filter((complaint) => complaint.includes("frame-ancestors")).length).toBe(3);
  for (const frame of page.frames().slice(1)) await expect(frame.getByLabel(/Email|New password/)).toHaveCount(0);
  complaints.length = 0;
  foreign.close();
});

test("a page with a token in its address tells nobody of it", async ({ page, baseURL }) => {
  const { id, email } = await verifiedUser();
  const { token } = await issueVerification({ purpose: "reset", userId: id, email });
  const requests: { url: string; referer: string | undefined }[] = [];
  page.on("request", (request) => requests.push({ url: request.url(), referer: request.headers().referer }));
  const answer = await page.goto(`/reset-password?token=${token}`);
  await expect(page).toHaveURL("/reset-password");
  expect(answer?.headers()["cache-control"]).toContain("no-store");
  await expect(page.locator('meta[name="robots"]')).toHaveAttribute("content", /noindex/);
  for (const { url, referer } of requests) {
    expect(new URL(url).origin).toBe(baseURL);
    expect(referer ?? "", url).not.toContain(token);
  }
});
