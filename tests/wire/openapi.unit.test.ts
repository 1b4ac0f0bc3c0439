import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, test } from "vitest";
import { CONTRACTS } from "@/app/openapi.json/contracts";
import { documents } from "@/tests/support/documents";
import { sourceFiles } from "@/tests/support/source-files";

describe.each(Object.keys(CONTRACTS))("the document at %s", (address) => {
  const find = async () => (await documents()).find((one) => one.address === address) ?? expect.fail("is not there");

  test("is OpenAPI 3.1, by its own schema", async () => {
    const checker = await find();
    const { valid, errors } = await new Validator().validate(structuredClone(checker.document));
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  test("has examples that fit what they are examples of", async () => {
    const checker = await find();
    const examples = checker.examples();
    expect(examples.length).toBeGreaterThan(10);
    const wrong = examples.map(({ pointer, value }) => {
      const problem = checker.problemOf(value, pointer);
      return problem && `${pointer}: ${problem} ${JSON.stringify(value)}`;
    });
    expect(wrong.filter(Boolean)).toEqual([]);
  });
});

test("every route of this site's own below /api is in its document", async () => {
  const files = sourceFiles("app/api").filter(({ name }) => /^[^[]+\/route\.ts$/.test(name));
  const routes = files.map(({ name }) => name.replace(/^app|\/route\.ts$/g, ""));
  const own = (await documents()).find(({ address }) => address === "/openapi.json");
  const told = Object.keys(own?.document.paths ?? {}).filter((path) => path.startsWith("/api/"));
  expect(told.sort()).toEqual(routes.sort());
});
