import type { z } from "zod";
import { keyedHash, sameHash } from "@/lib/auth/model/secrets";
import { prefixed } from "./cookies";
import { readCookie, setCookie } from "./request-cookies";

/** A small value that the HTTP interfaces keep in a browser. The browser can read it, and only this server can write it. */
export function sealedCookie<T extends z.ZodType>(name: string, schema: T, maxAgeSeconds: number) {
  const seal = (body: string) => keyedHash(name, body);
  return {
    /** The value in this request; null for a cookie that is missing or not ours. */
    read(request: Request): z.output<T> | null {
      const [body = "", mac = ""] = (readCookie(request, prefixed(name)) ?? "").split(".");
      if (!sameHash(mac, seal(body))) return null;
      return schema.safeParse(JSON.parse(Buffer.from(body, "base64url").toString())).data ?? null;
    },
    /** The answer with the cookie; null deletes the cookie. */
    write(response: Response, value: z.input<T> | null): Response {
      const body = Buffer.from(JSON.stringify(value)).toString("base64url");
      const expires = new Date(value === null ? 0 : Date.now() + maxAgeSeconds * 1000);
      const headers = new Headers(response.headers);
      headers.append("set-cookie", setCookie(prefixed(name), value === null ? "" : `${body}.${seal(body)}`, expires));
      return new Response(response.body, { status: response.status, headers });
    },
  };
}
