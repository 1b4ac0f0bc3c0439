import { expect, inject, test } from "vitest";
import { MAX_PICTURE_BYTES } from "@/lib/auth/avatar/encode-picture";
import { db } from "@/lib/db";
import { PERSON_FIELD } from "@/lib/web/form-state";
import { picture } from "@/tests/support/avatar-pictures";
import { HttpClient } from "@/tests/support/http-client";
import { session, verifiedUser } from "@/tests/support/people";
import { postChunked } from "@/tests/support/post-chunked";

const { url } = inject("server");
const MEGABYTE = 1024 * 1024;

async function signedIn() {
  const user = await verifiedUser();
  return { user, client: new HttpClient(url, { session: (await session(user)).token }) };
}
const formOf = (bytes: Uint8Array<ArrayBuffer>, name = "picture") => {
  const form = new FormData();
  form.set(name, new Blob([bytes]), "me.png");
  return form;
};
const upload = (client: HttpClient, body: FormData | string, headers: Record<string, string> = {}) =>
  client.ask("/avatar/upload", { method: "POST", body, headers: { origin: url, ...headers } });
const shown = async ({ id }: { id: string }) => (await db.user.findUniqueOrThrow({ where: { id } })).image;
const small = async () => new Uint8Array(await picture());

/** Posts a picture of this many bytes in chunks. @returns the status */
const postPicture = (bytes: number, cookie?: string) =>
  postChunked(`${url}/avatar/upload`, bytes, {
    origin: url,
    accept: "application/json",
    "content-type": "multipart/form-data; boundary=x",
    ...(cookie && { cookie }),
  });

test("a picture is served to all who know its address, for ever, and can run nothing", async () => {
  const { user, client } = await signedIn();
  expect((await upload(client, formOf(await small()))).location).toBe("/account?picture=changed#picture");
  const answer = await new HttpClient(url).get((await shown(user)) ?? "");
  expect(answer.status).toBe(200);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "content-type": "image/webp",
    "cache-control": "public, max-age=31536000, immutable",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
  });
  expect(answer.headers.has("set-cookie")).toBe(false);
});

test("a form of another person's page, who was signed in at this browser before, changes no picture", async () => {
  const [alice, bob] = [await signedIn(), await signedIn()];
  const body = formOf(await small());
  body.set(PERSON_FIELD, alice.user.id);
  const refused = await upload(bob.client, body, { accept: "application/json" });
  expect([refused.status, refused.text]).toEqual([
    401,
    expect.stringContaining(`You are signed in as ${bob.user.email}`),
  ]);
  expect(await shown(bob.user)).toBeNull();
  body.set(PERSON_FIELD, bob.user.id);
  expect((await upload(bob.client, body, { accept: "application/json" })).status).toBe(200);
});

test("a wrong address is none, whoever's it nearly is, and is kept by no cache", async () => {
  const [alice, bob] = [await signedIn(), await signedIn()];
  await upload(alice.client, formOf(await small()));
  const [, , , hash = ""] = ((await shown(alice.user)) ?? "").split("/");
  const wrong = [
    `${alice.user.id}/${hash.slice(1)}x`,
    `${bob.user.id}/${hash}`,
    `${crypto.randomUUID()}/${hash}`,
    "x/y",
    "%ff/x",
    "%00/x",
  ];
  const answers = await Promise.all(wrong.map((path) => bob.client.get(`/avatar/${path}`)));
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 400, 400]);
  const [first, ...others] = answers
    .slice(0, 4)
    .map(({ text, headers }) => [text, headers.get("cache-control"), [...headers.keys()].sort()]);
  expect(first?.[1]).toBe("no-store");
  expect(others).toEqual(others.map(() => first));
});

test("an upload is refused to visitors, to other sites, and to what is no form", async () => {
  const { user, client } = await signedIn();
  const json = { accept: "application/json" };
  const visitor = new HttpClient(url);
  expect((await upload(visitor, formOf(await small()), json)).status).toBe(401);
  expect((await upload(visitor, formOf(await small()))).location).toBe(
    "/account?edit=picture&picture=unauthenticated#picture",
  );
  expect((await upload(client, formOf(await small()), { ...json, origin: "https://evil.example" })).status).toBe(403);
  expect((await upload(client, formOf(await small(), "other"), json)).status).toBe(422);
  for (const [body, type] of [
    ["picture=x", "application/x-www-form-urlencoded"],
    ["x", "multipart/form-data; boundary=y"],
    ["x", "text/plain"],
  ] as const)
    expect([400, 422], type).toContain((await upload(client, body, { ...json, "content-type": type })).status);
  expect(await shown(user)).toBeNull();
});

test("a picture may have 5 MB, which no other address takes, and no length is believed", async () => {
  const { client } = await signedIn();
  const json = { accept: "application/json" };
  expect((await upload(client, formOf(new Uint8Array(MAX_PICTURE_BYTES)), json)).body).toMatchObject({
    error: "picture_unreadable",
  });
  expect((await upload(client, formOf(new Uint8Array(MAX_PICTURE_BYTES + 1)), json)).body).toMatchObject({
    error: "picture_too_large",
  });
  const told = await upload(client, formOf(new Uint8Array(8 * MEGABYTE)));
  expect(told.location).toBe("/account?edit=picture&picture=picture_too_large#picture");
  expect((await client.get(told.location ?? "")).text).toContain("That picture is larger than 5 MB.");
  // Anyone can write such an address, so the page says nothing that an upload cannot end in.
  expect((await client.get("/account?edit=picture&picture=user_disabled")).text).not.toContain(
    "This account has been disabled",
  );
  const { token } = await session(await verifiedUser());
  expect(await postPicture(20 * MEGABYTE, `authjs.session-token=${token}`)).toBe(413);
  expect(await postPicture(20 * MEGABYTE)).toBe(401);
  for (const path of ["/account", "/avatar/upload/x", "/avatar/uploads", "/login?/avatar/upload"])
    expect(
      (await client.ask(path, { method: "POST", body: formOf(new Uint8Array(2 * MEGABYTE)), headers: { origin: url } }))
        .status,
      path,
    ).toBe(413);
});
