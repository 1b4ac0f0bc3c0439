import { randomUUID } from "node:crypto";
import { decodeJwt, type JWTPayload } from "jose";
import { type ApiServer, startApiServer } from "@/tests/support/api-server";
import type { Answer } from "@/tests/support/http-client";
import { adminUser, PASSWORD } from "@/tests/support/people";

export const newEmail = () => `${randomUUID().slice(0, 8)}@example.com`;
export const claimsIn = (token: unknown): JWTPayload => decodeJwt(String(token));

/** The production build with the settings of Medusa's suite: it asks for no proof of the mailbox. */
export async function startMedusaServer(settings: Record<string, string> = {}) {
  const server = await startApiServer({ AUTH_REQUIRE_EMAIL_VERIFICATION: "false", ...settings });
  return { server, ...callsTo(server) };
}

function callsTo(server: ApiServer) {
  type Sent = { body?: unknown; token?: string; headers?: Record<string, string> };
  const call = (method: string, path: string, { body, token, headers }: Sent = {}): Promise<Answer> =>
    server.call(method, path, { body, headers: { ...headers, ...(token && { authorization: `Bearer ${token}` }) } });
  const post = (path: string, body: unknown = {}, token?: string) => call("POST", path, { body, token });
  const login = (email: string, password = PASSWORD, actor = "user") =>
    post(`/auth/${actor}/emailpass`, { email, password });
  const register = async (email = newEmail(), actor = "user") => {
    const answer = await post(`/auth/${actor}/emailpass/register`, { email, password: PASSWORD });
    return { email, answer, token: String(answer.body.token) };
  };
  /** A signed-in admin, whom Medusa's suite makes before each case. */
  const newAdmin = async () => {
    const user = await adminUser();
    return { user, email: user.email, token: String((await login(user.email)).body.token) };
  };
  return { call, post, login, register, newAdmin };
}
