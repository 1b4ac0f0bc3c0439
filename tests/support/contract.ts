import { afterAll, inject } from "vitest";
import { judge } from "./documented";

// A setup file: direct work of a contract test, like making a user, uses the server's own database.
Object.assign(process.env, inject("server").settings);

const { fetch: send } = globalThis;

/** Checks each answer of the server, to any client, against OpenAPI's documents. */
globalThis.fetch = async (...given) => {
  const request = given[0] instanceof Request ? given[0] : null;
  const url = new URL(request?.url ?? String(given[0]));
  const method = given[1]?.method ?? request?.method ?? "GET";
  const body = given[1]?.body;
  const response = await send(...given);
  const { status, headers } = response;
  const sent = typeof body === "string" ? body : "";
  if (url.hostname === "127.0.0.1" || url.hostname === "localhost")
    judge(
      response
        .clone()
        .text()
        .then((got) => ({ method: method.toUpperCase(), url, sent, status, headers, got })),
    );
  return response;
};

// One worker runs many files.
afterAll(() => {
  globalThis.fetch = send;
});
