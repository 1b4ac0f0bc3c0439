import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

// A newcomer's browser, with nothing but Node, because it runs before any package is installed.

const ENDED_WITHIN_MS = 15_000;
const POLL_MS = 200;

/** Fills in the form of /login as a browser without JavaScript does. @returns the cookies of the answer */
export async function signIn(url, typed) {
  const html = await page(`${url}/login`);
  const form = html.match(/<form[\s\S]*?<\/form>/)?.[0] ?? "";
  const body = new FormData();
  for (const [input] of form.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    const [, name = ""] = input.match(/ name="([^"]*)"/) ?? [];
    const [, value = ""] = input.match(/ value="([^"]*)"/) ?? [];
    body.append(name, value.replaceAll("&quot;", '"').replaceAll("&amp;", "&"));
  }
  for (const [name, value] of Object.entries(typed)) body.append(name, value);
  const answer = await fetch(`${url}/login`, { method: "POST", body, headers: { origin: url }, redirect: "manual" });
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

export async function page(address, cookie = "") {
  return (await fetch(address, { headers: { cookie } })).text();
}

export async function freePort() {
  const probe = createServer().listen(0);
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Whether the port is free, now or soon. */
export async function isFree(port) {
  for (const deadline = Date.now() + ENDED_WITHIN_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    const answer = await fetch(`http://127.0.0.1:${port}/login`, { redirect: "manual" }).catch(() => null);
    if (!answer) return true;
  }
  return false;
}
