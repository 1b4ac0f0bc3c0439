import { expect, test } from "vitest";
import { readJson } from "@/lib/wire/read-json";

/** An object in which lists and objects alternate, so many levels deep with itself. */
function nested(levels: number): string {
  const [opened, closed] = [[] as string[], [] as string[]];
  for (let level = 1; level < levels; level++) {
    opened.push(level % 2 === 0 ? '{"in":' : "[");
    closed.unshift(level % 2 === 0 ? "}" : "]");
  }
  return `{"in":${opened.join("")}0${closed.join("")}}`;
}

const read = (body: string) =>
  readJson(new Request("http://a.example", { method: "POST", headers: { "content-type": "application/json" }, body }));

test("a body is read down to 64 levels, and refused below, where no code could write it again", async () => {
  expect(await read(nested(64))).toEqual({ ok: true, value: JSON.parse(nested(64)) });
  for (const levels of [65, 20_000])
    expect(await read(nested(levels))).toMatchObject({ ok: false, error: { code: "malformed" } });
});
