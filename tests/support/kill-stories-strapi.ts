import { randomUUID } from "node:crypto";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { db } from "@/lib/db";
import { strapiApi } from "@/lib/dialects/strapi";
import { keepProfile } from "@/lib/dialects/strapi/handle";
import { tokenFor } from "@/lib/dialects/strapi/session";
import { SETTINGS, type StrapiSettings } from "@/lib/dialects/strapi/settings";
import { emptyScene, ownerAndThief, profileOf } from "./kill-people";
import { NEW_PASSWORD, newEmail, type Scene } from "./kill-scene";
import type { Story } from "./kill-story";
import { newSession, PASSWORD, withEnv } from "./people";

/** Read late, because only then the database is known. */
const settings = (): StrapiSettings => ({
  ...SETTINGS,
  callsPerMinute: 1_000,
  handleFrom: "anywhere",
  jwtManagement: "refresh",
});
const GITHUB = { GITHUB: { clientId: "app", clientSecret: "none", issuer: undefined, name: undefined } };

/** A signed-in app, and the new address of its person. The scene's id is the person's number. */
async function signedInApp(): Promise<Scene> {
  const { user, scene } = await ownerAndThief();
  const session = await newSession(user, { kind: "api" });
  const sessions = { owner: { id: session.sessionId, token: session.token } };
  if (session.owedFactor) throw new Error("The session owes a factor");
  const token = await tokenFor(user, session, settings());
  return { ...scene, emails: [user.email, newEmail()], sessions, token, id: String(user.seq) };
}

/** Calls the routes of Strapi's clients, whose forms change several things at once. */
async function send(method: "GET" | "POST" | "PUT", path: string, body?: object, token?: string) {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const request = new Request(`http://localhost:3000/api/${path}`, { method, headers, body: JSON.stringify(body) });
  const answer = await strapiApi(settings())[method](request);
  const done: Result<void> = answer.ok ? ok(undefined) : fail("token_invalid");
  return done;
}

export const STRAPI_STORIES: Story[] = [
  {
    name: "a person changes username, name and address at once",
    prepare: signedInApp,
    play: ({ emails: [, email], id, token }) =>
      send("PUT", `users/${id}`, { email, username: `alice-${id}`, name: "Alicia", currentPassword: PASSWORD }, token),
    ending: {
      users: [{ name: "Alicia", username: "alice-id" }],
      waiting: ["change-email", "undo-email-change"],
      mails: ["confirm-new-email to 1", "email-change-notice to 0"],
    },
  },
  {
    name: "a person changes the password in an app, whose former refresh token ends",
    async prepare() {
      const scene = await signedInApp();
      const sessionId = scene.sessions.owner?.id ?? "";
      await db.refreshToken.create({
        data: { sessionId, tokenHash: randomUUID(), expires: new Date(), usedAt: new Date() },
      });
      return scene;
    },
    play: ({ token }) =>
      send(
        "POST",
        "auth/change-password",
        { currentPassword: PASSWORD, password: NEW_PASSWORD, passwordConfirmation: NEW_PASSWORD },
        token,
      ),
    ending: {
      users: [{ password: "new", sessions: ["owner, new token, 0 of 1 refresh tokens used"] }],
      mails: ["password-changed to 0"],
    },
  },
  {
    name: "a provider's handle signs a person in, who gets a username",
    async prepare() {
      const scene = { ...emptyScene(), id: randomUUID() };
      const { raw, ...profile } = profileOf(scene);
      const token = await keepProfile({ ...profile, username: `alice-${scene.id}`, raw }, scene.client);
      return { ...scene, token };
    },
    play: ({ token }) =>
      withEnv({ providers: GITHUB }, () => send("GET", `auth/github/callback?access_token=${token}`)),
    ending: {
      users: [{ username: "alice-id", accounts: ["github: 0"], sessions: ["new, 0 of 1 refresh tokens used"] }],
      waiting: [],
    },
  },
];
