import { expect, test } from "vitest";
import { openIds, sealIds } from "@/lib/wire/sealed-ids";

test("sealed ids open in their own cookie, and in no other, nor with another id", () => {
  const sealed = sealIds("a", ["one", "two"]);
  expect(openIds("a", sealed)).toEqual(["one", "two"]);
  expect(openIds("b", sealed)).toEqual([]);
  for (const forged of [`three.${sealed}`, sealed.replace("two", "six"), "one.two", "one.two~", "~", "", null])
    expect(openIds("a", forged)).toEqual([]);
});
