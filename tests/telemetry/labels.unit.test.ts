import { describe, expect, test } from "vitest";
import { boundedLabels } from "@/lib/telemetry/bounded";
import { sqlLabels } from "@/lib/telemetry/sql-labels";

describe("labels", () => {
  test("that visitors could choose are one value, however many there are", () => {
    const hostile = Array.from({ length: 5_000 }, (_, n) => `person-${n}`);
    const values = new Set(hostile.map((value) => boundedLabels({ chosen: value }).chosen));
    expect(values.size).toBeLessThanOrEqual(301);
    expect(values).toContain("other");
    expect(boundedLabels({ chosen: "person-1", another: "person-4999" })).toEqual({
      chosen: "person-1",
      another: "person-4999",
    });
  });

  test.each(["alice@example.com", "a\nsite_up 1", '"} 1', "x".repeat(81), "", "‮live"])("are never %j", (value) => {
    expect(boundedLabels({ plain: value })).toEqual({ plain: "other" });
  });
});

describe("of a statement is told", () => {
  test.each([
    ['SELECT "main"."User"."id" FROM `main`.`User` WHERE 1=1', "SELECT", "User"],
    ['SELECT * FROM "public"."Session" WHERE "id" = $1', "SELECT", "Session"],
    [`\n    INSERT INTO "RateLimit" ("key") VALUES ('alice@example.com')`, "INSERT", "RateLimit"],
    ['UPDATE "User" SET "email" = ? WHERE "id" = ?', "UPDATE", "User"],
    ['DELETE FROM "Session" WHERE "id" IN (SELECT "id" FROM "User")', "DELETE", "Session"],
    ["SET LOCAL statement_timeout = 4300", "SET", "none"],
    ["COMMIT", "COMMIT", "none"],
  ])("of %j the verb and the table", (sql, verb, table) => {
    expect(sqlLabels(sql)).toEqual({ "db.operation.name": verb, "db.collection.name": table });
  });

  test("the same for as many texts as there may be", () => {
    for (let n = 0; n < 3_000; n++)
      expect(sqlLabels(`SELECT ${n} FROM "User"`)).toEqual({
        "db.operation.name": "SELECT",
        "db.collection.name": "User",
      });
  });
});
