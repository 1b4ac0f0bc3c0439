import { z } from "zod";
import * as schemas from "@/lib/auth/model/schemas";
import { exampleOf, type JsonSchema } from "./example";

/** The schemas of one document. What has a name of its own (`.meta({ id })`) stands in it once. */
export class Shapes {
  readonly named: Record<string, JsonSchema> = {};

  /** A schema as JSON Schema: of what is sent, or of what is answered. */
  of(schema: z.ZodType, io: "input" | "output"): JsonSchema {
    const text = JSON.stringify(z.toJSONSchema(z.object({ it: schema }), { io, unrepresentable: "any", override }));
    const { properties, $defs = {} } = JSON.parse(text.replaceAll("#/$defs/", "#/components/schemas/"));
    Object.assign(this.named, $defs);
    return properties.it;
  }

  /** The same with an example. @param name of the field that it is for. */
  shown(schema: z.ZodType, io: "input" | "output", name?: string): { schema: JsonSchema; example: unknown } {
    const shape = this.of(schema, io);
    return { schema: shape, example: exampleOf(shape, this.named, name) };
  }
}

/** What zod cannot say of itself: a time is text in JSON, and what clients keep is an object. */
const override: NonNullable<Options["override"]> = ({ zodSchema, jsonSchema }) => {
  if (zodSchema._zod.def.type === "date") Object.assign(jsonSchema, { type: "string", format: "date-time" });
  if (zodSchema === schemas.metadata) jsonSchema.type = "object";
};
type Options = NonNullable<Parameters<typeof z.toJSONSchema>[1]>;
