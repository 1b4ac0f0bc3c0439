import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cutInter, INTER } from "@/tests/support/inter";

test("the font of our pages is cut from that of the package: npm run font", async () => {
  expect(readFileSync(INTER).equals(await cutInter())).toBe(true);
});
