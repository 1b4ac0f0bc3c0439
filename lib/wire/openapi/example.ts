/** The part of JSON Schema that our documents use. */
export type JsonSchema = {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  examples?: unknown[];
  format?: string;
  pattern?: string;
  minimum?: number;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
};

/** The example for a field of this name, in every document: no secret, and no value that works anywhere. */
const BY_NAME: Record<string, unknown> = {
  email: "alice@example.com",
  new_email: "alice@example.org",
  identifier: "alice@example.com",
  entity_id: "alice@example.com",
  password: "four words that rhyme",
  code: "123456",
  nonce: "123456",
  username: "alice",
  name: "Alice Doe",
  full_name: "Alice Doe",
  first_name: "Alice",
  last_name: "Doe",
  label: "Alice's phone",
  friendly_name: "Alice's phone",
  page: "1",
  per_page: "50",
  metadata: { shop: "eu" },
};
const BY_FORMAT: Record<string, string> = {
  "date-time": "2026-01-31T12:00:00.000Z",
  uuid: "0b8ce4a2-6d0b-4f7c-9a3b-5e0a6f1d2c3b",
  email: "alice@example.com",
  uri: "https://shop.example.com/welcome",
};
const BY_TYPE: Record<string, unknown> = { string: "…", boolean: true };

/**
 * A value that fits the schema, for people to read. Every field of an object is in it; of several shapes it has the first.
 * @param named the schemas that `$ref` leads to, by name.
 * @param name of the field that the value is for.
 */
export function exampleOf(schema: JsonSchema, named: Record<string, JsonSchema>, name = ""): unknown {
  const { $ref, examples, enum: choices, anyOf, oneOf, allOf, properties, items } = schema;
  if (examples) return examples[0];
  if ($ref) return exampleOf(named[$ref.split("/").at(-1) ?? ""] ?? {}, named, name);
  if ("const" in schema) return schema.const;
  if (choices) return choices[0];
  if ("default" in schema) return schema.default;
  const first = (anyOf ?? oneOf)?.[0];
  if (first) return exampleOf(first, named, name);
  if (allOf) return Object.assign({}, ...allOf.map((part) => exampleOf(part, named)));
  if (properties) return objectOf(properties, named);
  const [type] = [schema.type ?? []].flat();
  if (type === "array") return items ? [exampleOf(items, named)] : [];
  return plain(schema, type, name);
}

function objectOf(properties: Record<string, JsonSchema>, named: Record<string, JsonSchema>): object {
  const fields = Object.entries(properties).map(([key, field]) => [key, exampleOf(field, named, key)]);
  return Object.fromEntries(fields);
}

function plain({ format, minimum = 0 }: JsonSchema, type: string | undefined, name: string): unknown {
  const kept = BY_NAME[name];
  if (type === "null") return null;
  if (type === "object") return typeof kept === "object" ? kept : {};
  if (type === "number" || type === "integer") return Math.max(minimum, 1);
  if (format) return BY_FORMAT[format] ?? "…";
  if (kept !== undefined && (type === undefined || typeof kept === type)) return kept;
  return BY_TYPE[type ?? "object"] ?? {};
}
