import { expect } from "vitest";
import { newIp } from "./http-client";

type Method = "GET" | "POST" | "PUT" | "DELETE";
type Api = Record<Method, (request: Request) => Promise<Response>>;
type Sent = { token?: string; body?: object };

/** The answer to a client of a dialect: whether it succeeded, the JSON if there is any, and the redirect's address. */
export type Answered = { ok: boolean; body: Record<string, unknown>; location: string | null };

/** A client of a dialect, from an address of its own, without a server. It fails for an answer with 5xx. */
export function surfaceClient(api: Api, site: string) {
  const ip = newIp();
  return async (method: Method, path: string, { token, body }: Sent = {}): Promise<Answered> => {
    const headers = new Headers({ "x-forwarded-for": ip });
    if (token) headers.set("authorization", `Bearer ${token}`);
    if (body) headers.set("content-type", "application/json");
    const answer = await api[method](
      new Request(new URL(path, site), { method, headers, body: body && JSON.stringify(body) }),
    );
    expect(answer.status, `${method} ${path}`).toBeLessThan(500);
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.includes("json");
    return { ok: answer.ok, body: isJson ? JSON.parse(text) : {}, location: answer.headers.get("location") };
  };
}
