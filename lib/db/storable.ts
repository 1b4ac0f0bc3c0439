import type { SqlQuery } from "@prisma/driver-adapter-utils";

/** Characters that PostgreSQL stores neither in text nor, escaped, in JSON: NUL, and halves of surrogate pairs. */
const UNSTORABLE = /[\0\p{Cs}]/gu;
const UNSTORABLE_IN_JSON = /\0|\\u0000|\\ud[89a-f]/i;

/**
 * The query without such characters in its arguments. They come only from people who probe the site, so we drop them for every
 * database, and no surface needs to handle them.
 */
export function storable(query: SqlQuery): SqlQuery {
  const { args, argTypes } = query;
  return { ...query, args: args.map((arg, index) => clean(arg, argTypes[index]?.scalarType === "json")) };
}

function clean(arg: unknown, json: boolean): unknown {
  if (Array.isArray(arg)) return arg.map((item) => clean(item, json));
  if (typeof arg !== "string") return arg;
  if (!json) return arg.replace(UNSTORABLE, "");
  if (!UNSTORABLE_IN_JSON.test(arg)) return arg;
  return JSON.stringify(JSON.parse(arg), (_, value) => (typeof value === "string" ? clean(value, false) : value));
}
