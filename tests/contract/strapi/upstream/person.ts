import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { ApiServer } from "@/tests/support/api-server";
import type { Answer } from "@/tests/support/http-client";
import { PASSWORD } from "@/tests/support/people";

/** The fields of a new person's registration. */
export function newcomer() {
  const username = `user-${randomUUID().slice(0, 8)}`;
  return { username, email: `${username}@example.com`, password: PASSWORD };
}

/** The calls of Strapi's tests, to a server that asks for no proof of the mailbox. */
export function client(server: () => ApiServer) {
  const post = (path: string, body: object, jwt?: string, more: Record<string, string> = {}) =>
    server().call("POST", `/api/auth/${path}`, { body, headers: { ...bearer(jwt), ...more } });
  const ask = (method: string, path: string, jwt?: string, body?: object) =>
    server().call(method, `/api/${path}`, { body, headers: bearer(jwt) });
  const signIn = (person: { email: string; password: string }, more?: Record<string, string>) =>
    post("local", { identifier: person.email, password: person.password }, undefined, more);
  const refresh = (refreshToken: unknown) => post("refresh", { refreshToken });
  return {
    post,
    ask,
    signIn,
    refresh,
    /** A person who has registered, with the tokens and ids from the answer. */
    async register() {
      const person = newcomer();
      const { status, body } = await post("local/register", person);
      expect(status).toBe(200);
      const { jwt, refreshToken, user } = body as unknown as Registered;
      return { ...person, jwt, refreshToken, id: user.id, documentId: user.documentId };
    },
    /** The code in a mailed reset link. */
    async resetCode(email: string) {
      expect((await post("forgot-password", { email })).body).toEqual({ ok: true });
      const { links } = await server().mail.waitForMail(email, { subject: /reset/i });
      return new URL(links.find((link) => link.includes("code=")) ?? "").searchParams.get("code") ?? "";
    },
  };
}

type Registered = { jwt: string; refreshToken: string; user: { id: number; documentId: string } };

function bearer(jwt: string | undefined): Record<string, string> {
  return jwt === undefined ? {} : { authorization: `Bearer ${jwt}` };
}

/** A refusal in Strapi's shape. */
export function refusal(status: number, name: string, message: string) {
  const error = { status, name, message, details: expect.any(Object) };
  return { status, body: { data: null, error } };
}

/** The Set-Cookie header of the refresh token in an answer, or undefined. */
export function refreshCookie({ headers }: Pick<Answer, "headers">): string | undefined {
  return headers.getSetCookie().find((cookie) => cookie.startsWith("strapi_up_refresh="));
}
