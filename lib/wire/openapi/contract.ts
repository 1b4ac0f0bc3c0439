import type { z } from "zod";
import type { Api } from "@/lib/wire/endpoint";

/** What a route answers: JSON of this shape, or what a sentence says where that is not all. */
export type Answer = z.ZodType | Told;
export type Told = {
  /** One sentence. */
  is?: string;
  json?: z.ZodType;
  /** Of a body that is no JSON: one of these. */
  types?: readonly ("text/plain" | "text/html" | "application/linkset+json")[];
  /** Headers that it may have, by their names in lower case. */
  headers?: readonly string[];
};

/** What a document says of one route. */
export type Operation = {
  /** What it does, in one sentence. */
  does: string;
  /** Schemes that let a caller in, each by itself; "" where none is needed. */
  by?: readonly string[];
  query?: z.ZodObject;
  headers?: z.ZodObject;
  /** What the route parses. JSON, if its `Api` takes no forms. */
  body?: z.ZodType;
  /** By status, where it does what it is for. */
  answers: Record<number, Answer>;
  /** Statuses of its own refusals, besides those of every route. */
  refused?: readonly number[];
  /** Whether it goes through no `endpoint()`, and is refused in no other way than `answers` and `refused` say. */
  isPlain?: true;
};

/** The operations of routes, under the names that these have in their table (`Routes`). */
export type Operations = Record<string, Operation>;

/** A group of routes with one contract, as far as its document tells more than its table. */
export type Contract = {
  /** Whose contract it is. */
  title: string;
  /** One paragraph. */
  about: string;
  /** What is before each path of its table. */
  prefix: string;
  api: Pick<Api, "refuse" | "bodies">;
  /** The shape of every refusal. */
  error: z.ZodType;
  /** By name, as OpenAPI spells security schemes. */
  schemes: Record<string, Record<string, unknown>>;
  /** Parts of paths, by their names in brackets. */
  params?: Record<string, z.ZodType>;
  /** Headers of answers that are this contract's own, and what each says. */
  headers?: Record<string, string>;
  /** Those of them that refusals may have. */
  onRefusals?: readonly string[];
  operations: Operations;
};
