import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { CONTRACTS } from "@/app/openapi.json/contracts";
import { PROFILE_FIELDS } from "@/lib/auth/model/profile-fields";
import { env } from "@/lib/env";
import { type OpenApi, openApi } from "@/lib/wire/openapi/document";

/** One request and its answer. Bodies as text, "" for none. */
export type Exchange = {
  method: string;
  url: URL;
  sent: string;
  status: number;
  headers: Headers;
  got: string;
};

type Operation = {
  requestBody?: { content: Record<string, unknown> };
  responses: Record<string, { $ref?: string }>;
};
type Found = { operation: Operation; pointer: string; check: Checker };

/** Addresses of pages that a pattern of a document matches too. */
const PAGES = /^\/auth\/[^/]+\/callback$/;
/** Headers that an answer may have only if its document says so. */
const HEADERS = [
  "link",
  "location",
  "retry-after",
  "set-cookie",
  "www-authenticate",
  "x-ratelimit-limit",
  "x-total-count",
];
const METHODS = ["get", "post", "put", "patch", "delete"];

/** A document, which checks requests and answers. */
export class Checker {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: false });
  private readonly compiled = new Map<string, ValidateFunction>();
  private readonly paths: { template: string; parts: string[] }[];

  constructor(
    readonly document: OpenApi,
    readonly prefix: string,
    readonly address: string,
  ) {
    addFormats.default(this.ajv);
    this.ajv.addSchema(document, "document");
    const parameters = (parts: string[]) => parts.filter((part) => part.startsWith("{")).length;
    this.paths = Object.keys(document.paths)
      .map((template) => ({ template, parts: template.split("/") }))
      .sort((one, other) => parameters(one.parts) - parameters(other.parts));
  }

  /** The problem of a value, or null. @param pointer of its schema in the document. */
  problemOf(value: unknown, pointer: string): string | null {
    const validate = this.compiled.get(pointer) ?? this.ajv.compile({ $ref: `document#${pointer}` });
    this.compiled.set(pointer, validate);
    return validate(value) ? null : this.ajv.errorsText(validate.errors);
  }

  find(method: string, path: string): Found | null {
    const given = path.split("/");
    const fits = (part: string, n: number) =>
      part.startsWith("{") ? Boolean(decode(given[n])) : decode(given[n]) === part;
    const found = this.paths.find(({ parts }) => parts.length === given.length && parts.every(fits));
    const operation = found && this.document.paths[found.template]?.[method.toLowerCase()];
    if (!found || !operation) return null;
    const pointer = `/paths/${escaped(found.template)}/${method.toLowerCase()}`;
    return { operation: operation as Operation, pointer, check: this };
  }

  /** Every example of a request or an answer, with the pointer to its schema. */
  examples(): { pointer: string; value: unknown }[] {
    return within(this.document, "").flatMap(({ pointer, node }) =>
      "schema" in node
        ? [...("example" in node ? [node.example] : []), ...valuesOf(node.examples)].map((value) => ({
            pointer: `${pointer}/schema`,
            value,
          }))
        : [],
    );
  }
}

function valuesOf(examples: unknown): unknown[] {
  return Object.values(Object(examples)).map((example) => (example as { value: unknown }).value);
}

function within(node: unknown, pointer: string): { pointer: string; node: Record<string, unknown> }[] {
  if (typeof node !== "object" || node === null) return [];
  const inside = Object.entries(node).flatMap(([key, value]) => within(value, `${pointer}/${escaped(key)}`));
  return [{ pointer, node: node as Record<string, unknown> }, ...inside];
}

function decode(part: string | undefined): string | undefined {
  try {
    return part && decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

function escaped(key: string): string {
  return encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"));
}

let kept: Promise<Checker[]> | undefined;
const KEPT_BY_PROCESS = Symbol.for("tests.documents");
const shared = globalThis as { [KEPT_BY_PROCESS]?: Map<string, Promise<Checker[]>> };

/**
 * This site's documents, those with the longest prefix first. Making them takes two seconds, so that test files in one process
 * share those that are made of the same settings and fields.
 */
export function documents(): Promise<Checker[]> {
  kept ??= keptByProcess();
  return kept;
}

function keptByProcess(): Promise<Checker[]> {
  shared[KEPT_BY_PROCESS] ??= new Map();
  const all = shared[KEPT_BY_PROCESS];
  const settings = { ...env(), AUTH_SECRET: null, DATABASE_URL: null, DIRECT_URL: null };
  const fields = PROFILE_FIELDS.map((field) => ({ ...field, schema: null }));
  const madeOf = JSON.stringify([settings, fields]);
  const found = all.get(madeOf) ?? make();
  all.set(madeOf, found);
  return found;
}

async function make(): Promise<Checker[]> {
  const all = Object.entries(CONTRACTS).map(async ([address, load]) => {
    const { contract } = await load();
    return new Checker(await openApi(contract), contract.prefix, address);
  });
  return (await Promise.all(all)).sort((one, other) => other.prefix.length - one.prefix.length);
}

/** The part of an exchange that no document describes, or null. No document describes addresses of pages. */
export async function undocumented(exchange: Exchange): Promise<string | null> {
  const { method, url, status } = exchange;
  if (!METHODS.includes(method.toLowerCase()) || PAGES.test(url.pathname)) return null;
  const all = await documents();
  const longest = all.find(({ prefix }) => prefix && url.pathname.startsWith(`${prefix}/`))?.prefix ?? "";
  // Routes of this site's own may lie below another contract's prefix.
  const own = all.filter(({ address }) => address === "/openapi.json");
  const found = [...own, ...all.filter(({ prefix }) => prefix === longest)].map((one) =>
    one.find(method, url.pathname),
  );
  const [first] = found.filter((one) => one !== null);
  const problem = first && problemOf(exchange, first);
  return problem ? `${method} ${url.pathname} answered ${status}: ${problem}` : null;
}

function problemOf({ sent, status, headers, got }: Exchange, { operation, pointer, check }: Found): string | null {
  const told = operation.responses[status];
  if (!told) return `the document has no such status. ${got.slice(0, 300)}`;
  const response = told.$ref?.slice(1) ?? `${pointer}/responses/${status}`;
  const { content = {}, headers: named = {} } = at(check.document, response);
  for (const name of HEADERS)
    if (headers.has(name) && !(name in Object(named))) return `the document has no header ${name}`;
  const type = headers.get("content-type")?.split(";")[0] ?? "";
  if (got === "") return Object.keys(Object(content)).length > 0 ? "it has no body" : null;
  if (!(type in Object(content))) return `the document has no ${type}. ${got.slice(0, 300)}`;
  const wrong =
    type === "application/json" && check.problemOf(JSON.parse(got), `${response}/content/${escaped(type)}/schema`);
  if (wrong) return `${wrong}. ${got.slice(0, 600)}`;
  const body = operation.requestBody?.content["application/json"];
  const refused =
    status < 300 &&
    sent &&
    body &&
    check.problemOf(JSON.parse(sent), `${pointer}/requestBody/content/application~1json/schema`);
  return refused ? `it took what the document does not: ${refused}. ${sent.slice(0, 600)}` : null;
}

function at(document: OpenApi, pointer: string): Record<string, unknown> {
  const keys = pointer
    .slice(1)
    .split("/")
    .map((key) => decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~"));
  return keys.reduce<Record<string, unknown>>((node, key) => Object(node[key]), document);
}
