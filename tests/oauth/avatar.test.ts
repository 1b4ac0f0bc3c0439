import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { findPrincipalById } from "@/lib/auth/store/sessions";
import { backgroundIdle } from "@/lib/background";
import { db } from "@/lib/db";
import { takeOverPicture } from "@/lib/oauth/avatar";
import { keepForLinking, linkWaiting } from "@/lib/oauth/link-account";
import type { Profile } from "@/lib/oauth/provider";
import { signInWithProfile } from "@/lib/oauth/sign-in";
import type { User } from "@/prisma/client/client";
import { picture } from "@/tests/support/avatar-pictures";
import { client, newSession, verifiedUser, withEnv } from "@/tests/support/people";

const HOSTS = vi.hoisted(() => ({ pictureHosts: [] as string[] }));
vi.mock("@/lib/oauth/registry", () => ({ findProvider: () => HOSTS, nameOfProvider: (id: string) => id }));

/** The provider's pictures, and who asked for which. */
const asked: string[] = [];
const site = createServer(async ({ url = "" }, response) => {
  asked.push(url);
  if (url === "/moved") response.writeHead(302, { location: "/alice.png" }).end();
  else if (url === "/endless") response.end(Buffer.alloc(2 * 1024 * 1024));
  else if (url === "/page") response.end("<h1>Alice</h1>");
  else response.end(await picture());
});
let host = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  host = `127.0.0.1:${(site.address() as AddressInfo).port}`;
});
afterAll(() => void site.close());
beforeEach(() => {
  asked.length = 0;
  HOSTS.pictureHosts = [host];
});

/** What is shown of a user whose picture is this one, once it was taken over or not. */
async function shownAfter(image: string, meanwhile: (id: string) => Promise<unknown> = async () => {}) {
  const user = await verifiedUser({ image });
  await withEnv({ APP_URL: "http://localhost:3000" }, async () => {
    takeOverPicture(user, "github");
    await meanwhile(user.id);
    await backgroundIdle();
  });
  return (await db.user.findUniqueOrThrow({ where: { id: user.id } })).image;
}

const profileOf = (email: string): Profile => ({
  ...{ email, emailVerified: true, fields: { name: "Alice" }, username: null, raw: {} },
  ...{ provider: "github", providerAccountId: email, image: `http://${host}/alice.png` },
});

/** Does something on this machine, where pictures may come over http, and waits for what it leaves for later. */
const here = <T>(work: () => Promise<T>) =>
  withEnv({ APP_URL: "http://localhost:3000" }, async () => {
    const done = await work();
    await backgroundIdle();
    return done;
  });

test("the picture of a new person is copied, and that of a known one is not asked for again", async () => {
  const about = profileOf("alice@example.com");
  const signIn = () => here(() => signInWithProfile(about, client()));
  for (const outcome of ["created", "known"]) {
    expect(await signIn()).toMatchObject({ ok: true, value: { outcome } });
    const { id, image } = await db.user.findUniqueOrThrow({ where: { email: "alice@example.com" } });
    expect(image).toMatch(new RegExp(`^/avatar/${id}/`));
  }
  expect(asked).toEqual(["/alice.png"]);
});

test.each(["in a session", "after a refusal, by signing in"])(
  "a person without a picture who connects a provider %s gets its picture, and one who has one keeps it",
  async (way) => {
    const connect = async (user: User) => {
      const { sessionId } = await newSession(user);
      const principal = await findPrincipalById(sessionId);
      const profile = profileOf(user.email);
      if (way === "in a session") return signInWithProfile(profile, client(), { principal });
      return linkWaiting((await keepForLinking(profile)) ?? "", { userId: user.id, sessionId }, client());
    };
    const chosen = "https://pictures.example.com/chosen.png";
    const [without, withOne] = [await verifiedUser(), await verifiedUser({ image: chosen })];
    for (const user of [without, withOne]) await here(() => connect(user));
    const shown = async ({ id }: User) => (await db.user.findUniqueOrThrow({ where: { id } })).image;
    expect(await shown(without)).toMatch(new RegExp(`^/avatar/${without.id}/`));
    expect(await shown(withOne)).toBe(chosen);
    expect(await db.account.count({ where: { userId: { in: [without.id, withOne.id] } } })).toBe(2);
  },
);

test("a redirect is not followed, and what is too long or no picture is not kept", async () => {
  for (const path of ["/moved", "/endless", "/page"])
    expect(await shownAfter(`http://${host}${path}`)).toBe(`http://${host}${path}`);
  expect(asked).toEqual(["/moved", "/endless", "/page"]);
});

test("no host is asked but those that the provider declares, and none over http but on this machine", async () => {
  const image = `http://${host}/alice.png`;
  HOSTS.pictureHosts = ["127.0.0.1", `evil.example`];
  expect(await shownAfter(image)).toBe(image);
  HOSTS.pictureHosts = [host];
  await withEnv({ APP_URL: "https://app.example.com" }, async () => {
    takeOverPicture(await verifiedUser({ image }), "github");
    await backgroundIdle();
  });
  expect(asked).toEqual([]);
});

test("a picture that the person chose meanwhile stays", async () => {
  const chosen = "https://pictures.example.com/chosen.png";
  const choose = (id: string) => db.user.update({ where: { id }, data: { image: chosen } });
  expect(await shownAfter(`http://${host}/alice.png`, choose)).toBe(chosen);
});
