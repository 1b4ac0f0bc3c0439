import { afterAll, beforeAll } from "vitest";
import { describeApiRules } from "@/tests/support/api-rules";
import { type ApiServer, startApiServer } from "@/tests/support/api-server";
import { PASSWORD, verifiedUser } from "@/tests/support/people";

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(async () => void (await server?.stop()));

const signIn = (identifier: string, password: string) =>
  server.call("POST", "/api/auth/local", { body: { identifier, password } });

describeApiRules({
  server: () => server,
  cors: {
    path: "/api/auth/local",
    methods: "GET, POST, PUT, DELETE, OPTIONS",
    headers: "authorization, content-type, accept, x-strapi-refresh-cookie",
  },
  jsonRoutes: ["/api/auth/local", "/api/auth/local/register", "/api/auth/forgot-password", "/api/auth/reset-password"],
  paths: ["/api/auth/send-email-confirmation", "/api/auth/change-password", "/api/auth/refresh", "/api/auth/logout"],
  fields: ["identifier", "username", "passwordConfirmation", "currentPassword", "refreshToken", "scope"],
  oddPaths: [
    "/api/auth/%2e%2e/x",
    "/api/connect/__proto__",
    `/api/connect/${"a".repeat(9_000)}`,
    "/api/users/%zz",
    "/api/users/1",
  ],
  protectedPath: "/api/users/me",
  bearer: async () => String((await signIn((await verifiedUser()).email, PASSWORD)).body.jwt),
  signIn: async (email, password) => (await signIn(email, password)).status,
});
