import type { z } from "zod";
import type { Api } from "@/lib/wire/endpoint";

/** A route's answer: JSON of this shape, or a description where JSON is not all. */
export type Answer = z.ZodType | Told;
export type Told = {
  /** One sentence. */
  is?: string;
  json?: z.ZodType;
  /** The media types of a body that is not JSON. */
  types?: readonly ("text/plain" | "text/html" | "application/linkset+json")[];
  /** Headers that it may have, by their names in lower case. */
  headers?: readonly string[];
};

/** A document's description of one route. */
export type Operation = {
  /** What it does, in a sentence or two. */
  does: string;
  /** Schemes that let a caller in, each by itself; "" where none is needed. */
  by?: readonly string[];
  query?: z.ZodObject;
  headers?: z.ZodObject;
  /** The body that the route parses: JSON, unless its `Api` takes forms. */
  body?: z.ZodType;
  /** By status, for requests that succeed. */
  answers: Record<number, Answer>;
  /** Statuses of its own refusals, besides those of every route. */
  refused?: readonly number[];
  /** Whether the route has no `endpoint()`, so that it refuses only as `answers` and `refused` say. */
  isPlain?: true;
};

/** The operations of routes, under the names that these have in their table (`Routes`). */
export type Operations = Record<string, Operation>;

/** A group of routes with one contract: the parts of its document that its table of routes does not hold. */
export type Contract = {
  /** Whose contract it is. */
  title: string;
  /** One paragraph. */
  about: string;
  /** The beginning of each path, before the one in its table. */
  prefix: string;
  api: Pick<Api, "refuse" | "bodies">;
  /** The shape of every refusal. */
  error: z.ZodType;
  /** By name, as OpenAPI spells security schemes. */
  schemes: Record<string, Record<string, unknown>>;
  /** Parts of paths, by their names in brackets. */
  params?: Record<string, z.ZodType>;
  /** Headers of answers that only this contract has, each with its meaning. */
  headers?: Record<string, string>;
  /** Those of them that refusals may have. */
  onRefusals?: readonly string[];
  operations: Operations;
};
