import { disownActivity } from "@/lib/auth/activity/disown-activity";
import { changeRole } from "@/lib/auth/change-role";
import { deleteAccount } from "@/lib/auth/delete-account";
import { exportData } from "@/lib/auth/export-data";
import { login } from "@/lib/auth/login";
import { setUserDisabled } from "@/lib/auth/manage-users";
import { fail, ok } from "@/lib/auth/model/errors";
import { LIMITS } from "@/lib/auth/model/limits";
import { refreshSession } from "@/lib/auth/refresh-session";
import { revokeAllSessions } from "@/lib/auth/sign-out";
import { reauthenticate } from "@/lib/auth/steps/reauthenticate";
import { db } from "@/lib/db";
import { mailed, newApiSession, ownerAndThief, signedIn, squatter } from "./kill-people";
import { principalOf, type Scene } from "./kill-scene";
import type { Story } from "./kill-story";
import { adminUser, links, other, PASSWORD, withEnv } from "./people";

/** An app's session, and its refresh token. */
async function signedInApp(): Promise<Scene> {
  const { user, scene } = await ownerAndThief();
  const app = await newApiSession(user);
  return { ...scene, sessions: { owner: app }, token: app.token };
}

const refresh = ({ token, client }: Scene) => refreshSession({ refreshToken: token }, client);
const signIn = ({ emails: [email], client }: Scene) => login({ email, password: PASSWORD }, client, links);

export const SESSION_STORIES: Story[] = [
  {
    name: "a person signs in on a new device",
    prepare: async () => (await ownerAndThief()).scene,
    play: signIn,
    ending: {
      users: [{ sessions: ["new", "owner", "thief"] }],
      mails: ["new-sign-in to 0"],
      told: ["user.signed_in", "user.signed_in", "user.signed_in"],
    },
  },
  {
    name: "a person signs in before the address is proved",
    prepare: async () => (await squatter()).scene,
    play: signIn,
    ending: { users: [{ verified: false }], mails: ["confirm-email to 0"] },
  },
  {
    name: "an app refreshes its session",
    prepare: signedInApp,
    play: refresh,
    ending: { users: [{ sessions: ["new", "new", "owner, new token, 1 of 2 refresh tokens used"] }] },
  },
  {
    name: "a thief replays a refresh token that was replaced",
    async prepare() {
      const scene = await signedInApp();
      const first = await refresh(scene);
      if (!first.ok) throw new Error("The first refresh was refused");
      await refresh({ ...scene, token: first.value.refreshToken });
      const long = new Date(Date.now() - 3_600_000);
      await db.refreshToken.updateMany({
        where: { sessionId: scene.sessions.owner?.id, usedAt: { not: null } },
        data: { usedAt: long },
      });
      return scene;
    },
    async play(scene) {
      const result = await refresh(scene);
      return !result.ok && result.error.code === "refresh_reused" ? ok(undefined) : fail("conflict");
    },
    ending: { mails: ["session-ended to 0"] },
  },
  {
    name: "a thief types the tenth wrong password in a session",
    async prepare() {
      const { scene } = await ownerAndThief();
      const principal = await principalOf(scene, "thief");
      for (let count = 1; count < LIMITS.passwordPerSession.points; count++)
        await reauthenticate(principal, other(count), scene.client);
      return scene;
    },
    async play(scene) {
      const result = await reauthenticate(await principalOf(scene, "thief"), other(), scene.client);
      return result.ok || result.error.code === "wrong_password" ? fail("conflict") : ok(undefined);
    },
    // The guess counts even if the process dies: the session then lives on, and can guess no more.
    countsFirst: true,
    ending: { users: [{ sessions: ["owner"] }], mails: ["session-ended to 0"] },
  },
  {
    name: "a person signs out everywhere",
    async prepare() {
      const { user, scene } = await ownerAndThief();
      await mailed("change-email", user);
      return scene;
    },
    play: async (scene) => revokeAllSessions(await principalOf(scene, "owner")),
    ending: { users: [{ sessions: [] }], waiting: [] },
  },
  {
    name: "a person says that a sign-in was not them",
    async prepare() {
      const { user, scene } = await ownerAndThief();
      await mailed("change-email", user);
      return scene;
    },
    play: async (scene) => disownActivity(await principalOf(scene, "owner"), scene.client, links),
    ending: { users: [{ password: "none", sessions: [] }], waiting: ["reset"], mails: ["reset-password to 0"] },
  },
  {
    name: "a person downloads their data",
    prepare: async () => (await ownerAndThief()).scene,
    play: async (scene) => exportData(await principalOf(scene, "owner"), scene.client),
    ending: { users: [{ sessions: ["owner", "thief"] }], mails: ["data-exported to 0"] },
  },
  {
    name: "an admin disables a user",
    async prepare() {
      const { user, scene } = await ownerAndThief();
      const admin = await adminUser();
      return { ...scene, id: user.id, sessions: { ...scene.sessions, admin: await signedIn(admin) } };
    },
    play: async (scene) => setUserDisabled(await principalOf(scene, "admin"), scene.id, true),
    ending: { users: [{ disabled: true, sessions: [] }] },
  },
  {
    name: "an admin makes a person an admin, where that asks for two factors",
    async prepare() {
      const { user, scene } = await ownerAndThief();
      const admin = await adminUser();
      const emails: Scene["emails"] = [user.email, admin.email];
      return { ...scene, emails, id: user.id, sessions: { ...scene.sessions, admin: await signedIn(admin) } };
    },
    play: (scene) =>
      withEnv({ AUTH_REQUIRE_SECOND_FACTOR: "admin" }, async () => {
        const principal = { ...(await principalOf(scene, "admin")), twoFactorAt: new Date() };
        return changeRole(principal, { userId: scene.id, role: "admin" }, scene.client);
      }),
    ending: {
      users: [
        { role: "admin", sessions: [], events: ["role.changed", "sign_in.succeeded", "sign_in.succeeded"] },
        { role: "admin", events: ["role.given", "sign_in.succeeded"] },
      ],
      mails: ["role-changed to 0"],
    },
  },
  {
    name: "a person deletes the account",
    async prepare() {
      const { user, scene } = await ownerAndThief();
      await mailed("reset", user);
      return scene;
    },
    async play(scene) {
      const principal = await principalOf(scene, "owner");
      return deleteAccount(principal, { currentPassword: PASSWORD }, scene.client);
    },
    ending: { users: [], waiting: [], told: ["user.deleted", "user.signed_in", "user.signed_in"] },
  },
];
