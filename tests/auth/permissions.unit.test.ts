import { expect, test } from "vitest";
import { can } from "@/lib/auth/model/permissions";

test("a role may do what the table says, and one that the table has not may do nothing", () => {
  const may = (...roles: string[]) => can({ roles }, "user:list");
  expect([may("admin"), may("user", "admin"), may("user"), may("boss"), may("toString"), may()]).toEqual([
    ...[true, true],
    ...[false, false, false, false],
  ]);
});

test("a question for what no role may do does not compile", () => {
  // @ts-expect-error: it is not in the table.
  expect(can({ roles: ["admin"] }, "invoice:read")).toBe(false);
});
