import { createHash } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { env } from "@/lib/env";
import { describeError, hashedAddress, log, logEvent } from "@/lib/log";

const logged = (err: unknown) => JSON.stringify(describeError(err));

describe("an address in the log", () => {
  test("is the same in each line, and cannot be found by hashing every address there is", () => {
    const hashed = hashedAddress("alice@example.com");
    expect(hashedAddress("alice@example.com")).toBe(hashed);
    expect(hashedAddress("bob@example.com")).not.toBe(hashed);
    for (const encoding of ["base64url", "hex"] as const)
      expect(createHash("sha256").update("alice@example.com").digest(encoding)).not.toContain(hashed);
    const secret = env().AUTH_SECRET;
    env().AUTH_SECRET = "another-secret-of-more-than-32-bytes!";
    expect(hashedAddress("alice@example.com")).not.toBe(hashed);
    env().AUTH_SECRET = secret;
  });
});

test("a log that fails breaks nothing that it tells of", () => {
  vi.spyOn(log, "info").mockImplementationOnce(() => {
    throw new Error("disk full");
  });
  expect(() => logEvent("sign_in.failed")).not.toThrow();
});

describe("an error in the log", () => {
  test("is told with its reason and its causes, and without what libraries hang on it", () => {
    const cause = Object.assign(new Error("ECONNREFUSED 10.0.0.1"), {
      code: "ECONNREFUSED",
      config: { auth: "s3cret" },
    });
    const error = Object.assign(new TypeError("fetch failed", { cause }), {
      request: { headers: { authorization: "Bearer s3cret" } },
      token: "s3cret",
    });
    const line = logged(error);
    for (const told of ["TypeError", "fetch failed", "ECONNREFUSED 10.0.0.1", '"code":"ECONNREFUSED"', "log.unit.test"])
      expect(line).toContain(told);
    expect(line).not.toContain("s3cret");
  });

  test("of the database's client is told without the values of the call", () => {
    const error = new Error(
      '\nInvalid `db.user.create()` invocation:\n\n{ email: "alice@example.com" }\n\nUnknown field x',
    );
    error.name = "PrismaClientValidationError";
    error.stack = `${error.name}: ${error.message}\n    at story (story.ts:1:1)`;
    const line = logged(new Error("story failed", { cause: error }));
    expect(line).toMatch(/story failed.*Unknown field x.*story\.ts/);
    expect(line).not.toContain("alice@example.com");
  });

  test("that is its own cause, or none at all, ends", () => {
    const error = new Error("round");
    error.cause = error;
    expect(logged(error)).toContain("round");
    for (const thrown of ["text", null, undefined, 7]) expect(logged(thrown)).toContain(String(thrown));
  });
});
