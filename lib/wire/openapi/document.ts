import { z } from "zod";
import { BRAND } from "@/lib/brand";
import { env } from "@/lib/env";
import { ANYWHERE, answered, refused } from "./answers";
import type { Contract, Operation } from "./contract";
import type { JsonSchema } from "./example";
import { Shapes } from "./shapes";

type Json = Record<string, unknown>;

/** A document of OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1.html). */
export type OpenApi = {
  openapi: string;
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  /** By path, then by method in lower case. `parameters`, beside the methods, are those of all methods. */
  paths: Record<string, Json>;
  components: { schemas: Record<string, JsonSchema>; responses: Json } & Json;
};

const VERSION = "1.0.0";
const ELSEWHERE = "Other paths are answered 404 and other methods 405, in the shape of an Error.";

/** The document of a contract. */
export async function openApi(contract: Contract): Promise<OpenApi> {
  const shapes = new Shapes();
  shapes.named.Error = shapes.of(contract.error, "output");
  const paths: OpenApi["paths"] = {};
  const statuses = new Set<number>();
  for (const [route, operation] of Object.entries(contract.operations)) {
    const [method = "", path = ""] = route.split(" ");
    const refusals = [...(operation.isPlain ? [] : ANYWHERE), ...(operation.refused ?? [])];
    for (const status of refusals) statuses.add(status);
    const address = `${contract.prefix}/${path}`.replace(/\[(\w+)\]/g, "{$1}");
    paths[address] = {
      ...(paths[address] ?? { parameters: parametersOfAll(path, contract, shapes) }),
      [method.toLowerCase()]: describeOne(route, operation, refusals, contract, shapes),
    };
  }
  return {
    openapi: "3.1.1",
    info: {
      title: `${BRAND.name}: ${contract.title}`,
      version: VERSION,
      description: `${contract.about} ${ELSEWHERE}`,
    },
    servers: [{ url: env().APP_URL }],
    paths,
    components: {
      schemas: shapes.named,
      responses: Object.fromEntries(await Promise.all([...statuses].map((status) => refused(status, contract)))),
      parameters: OF_SERVERS,
      securitySchemes: contract.schemes,
    },
  };
}

/** Headers that backends send with any request (`lib/wire/server-key.ts`). */
const OF_SERVERS = {
  serverKey: {
    name: "X-Server-Key",
    in: "header",
    schema: { type: "string" },
    description: "The key of a backend that calls for its people. Never from a browser.",
  },
  clientIp: {
    name: "X-Client-IP",
    in: "header",
    schema: { type: "string", examples: ["203.0.113.7"] },
    description: "With a server key: the address of the person that it calls for, whom limits then count.",
  },
};

function parametersOfAll(path: string, { params = {} }: Contract, shapes: Shapes): object[] {
  const inPath = [...path.matchAll(/\[(\w+)\]/g)].map(([, name = ""]) => {
    const shown = shapes.shown(params[name] ?? z.string(), "input", name);
    return { name, in: "path", required: true, ...shown };
  });
  const ofServers = Object.keys(OF_SERVERS).map((name) => ({ $ref: `#/components/parameters/${name}` }));
  return [...inPath, ...ofServers];
}

function describeOne(
  route: string,
  { does, by, query, headers, body, answers }: Operation,
  refusals: number[],
  contract: Contract,
  shapes: Shapes,
): Json {
  const parameters = [...parametersOf("query", query, shapes), ...parametersOf("header", headers, shapes)];
  const told = Object.entries(answers).map(([status, one]) => [
    status,
    answered(Number(status), one, contract, shapes),
  ]);
  const refused = refusals.map((status) => [status, { $ref: `#/components/responses/Refused${status}` }]);
  return {
    operationId: route.replace(/\W+(\w)/g, (_, letter) => letter.toUpperCase()).replace(/\W/g, ""),
    summary: does,
    ...(by && { security: by.map((name) => (name === "" ? {} : { [name]: [] })) }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: bodyOf(body, contract, shapes) }),
    responses: Object.fromEntries([...refused, ...told]),
  };
}

function parametersOf(place: "query" | "header", fields: z.ZodObject | undefined, shapes: Shapes): object[] {
  return Object.entries(fields?.shape ?? {}).map(([name, field]) => ({
    name,
    in: place,
    required: !z.safeParse(field, undefined).success,
    ...shapes.shown(field as z.ZodType, "input", name),
  }));
}

function bodyOf(body: z.ZodType, { api }: Contract, shapes: Shapes): object {
  const type = api.bodies === "form" ? "application/x-www-form-urlencoded" : "application/json";
  return { required: !body.safeParse({}).success, content: { [type]: shapes.shown(body, "input") } };
}
