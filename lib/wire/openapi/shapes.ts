import { z } from "zod";
import * as schemas from "@/lib/auth/model/schemas";
import { exampleOf, type JsonSchema } from "./example";

/** The schemas of one document. A schema with a name (`.meta({ id })`) stands in it once. */
export class Shapes {
  readonly named: Record<string, JsonSchema> = {};

  /** A schema as JSON Schema, of a request (`input`) or of an answer (`output`). */
  of(schema: z.ZodType, io: "input" | "output"): JsonSchema {
    const text = JSON.stringify(z.toJSONSchema(z.object({ it: schema }), { io, unrepresentable: "any", override }));
    const { properties, $defs = {} } = JSON.parse(text.replaceAll("#/$defs/", "#/components/schemas/"));
    Object.assign(this.named, $defs);
    return properties.it;
  }

  /** `of`, with an example. @param name of the field that it is for. */
  shown(schema: z.ZodType, io: "input" | "output", name?: string): { schema: JsonSchema; example: unknown } {
    const shape = this.of(schema, io);
    return { schema: shape, example: exampleOf(shape, this.named, name) };
  }
}

/** Adds what zod cannot tell: a time is text in JSON, and clients' metadata is an object. */
const override: NonNullable<Options["override"]> = ({ zodSchema, jsonSchema }) => {
  if (zodSchema._zod.def.type === "date") Object.assign(jsonSchema, { type: "string", format: "date-time" });
  if (zodSchema === schemas.metadata) jsonSchema.type = "object";
};
type Options = NonNullable<Parameters<typeof z.toJSONSchema>[1]>;
