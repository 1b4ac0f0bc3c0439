import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, test } from "vitest";
import { CONTRACTS } from "@/app/openapi.json/contracts";
import { documents } from "@/tests/support/documents";

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
