import { expect, test } from "vitest";
import { readCookie } from "@/lib/wire/request-cookies";

const read = (cookie: string) =>
  readCookie(new Request("http://localhost", { headers: { cookie } }), "__Host-auth.handle");

test("a cookie is found among others, with blanks around it or none, and in quotes", () => {
  for (const cookie of [
    "a=1; __Host-auth.handle=good",
    "__Host-auth.handle=good;a=1",
    '\t__Host-auth.handle = "good" ',
  ])
    expect(read(cookie), cookie).toBe("good");
});

test("a name that only looks the same, which a neighbouring site can set, is another cookie’s", () => {
  for (const blank of ["\u00a0", "\u000b", "\u000c"])
    expect(read(`${blank}__Host-auth.handle=evil; __Host-auth.handle=good`), JSON.stringify(blank)).toBe("good");
});
