import { proveByPassword } from "@/lib/auth/prove-again";
import { startRefreshing } from "@/lib/auth/refresh-session";
import { beginSession } from "@/lib/auth/steps/begin-session";
import { findOwing } from "@/lib/auth/store/owing-sessions";
import { confirmAuthenticator, removeAuthenticator, startAuthenticator } from "@/lib/auth/two-factor/authenticator";
import { regenerateRecoveryCodes } from "@/lib/auth/two-factor/recovery-codes";
import { requestFactorReset } from "@/lib/auth/two-factor/reset-factors";
import { proveByAuthenticator, proveByRecoveryCode } from "@/lib/auth/two-factor/second-step";
import { db } from "@/lib/db";
import { transact } from "@/lib/db/transact";
import { links } from "@/lib/routes";
import { addAuthenticator, totpCode } from "./factors";
import { mailed, ownerAndThief, signedIn } from "./kill-people";
import { principalOf, type Scene } from "./kill-scene";
import type { Story } from "./kill-story";
import { adminUser, newSession, PASSWORD } from "./people";

/** An owner with an app who has just proved both factors, and a thief's session that has too. */
async function ownerWithApp() {
  const { user, scene } = await ownerAndThief();
  const { id, secret, recoveryCodes } = await addAuthenticator(user);
  await db.session.updateMany({
    where: { userId: user.id },
    data: { proofs: "password totp", twoFactorAt: new Date() },
  });
  return { user, secret, recoveryCodes, scene: { ...scene, id } };
}

/** The same owner on another device, after the password: next comes the code or the recovery code. */
async function halfSignedIn(code: (made: Awaited<ReturnType<typeof ownerWithApp>>) => string): Promise<Scene> {
  const made = await ownerWithApp();
  const { sessionId, token } = await newSession(made.user);
  const sessions = { ...made.scene.sessions, half: { id: sessionId, token } };
  return { ...made.scene, sessions, token, code: code(made) };
}

async function owing({ token }: Scene) {
  const found = await findOwing(token);
  if (!found) throw new Error("The session owes nothing");
  return found;
}

export const TWO_FACTOR_STORIES: Story[] = [
  {
    name: "a person begins to set up an authenticator app",
    prepare: async () => (await ownerAndThief()).scene,
    play: async (scene) => startAuthenticator(await principalOf(scene, "owner")),
    ending: { users: [{ factors: ["app to be confirmed"] }] },
  },
  {
    name: "a person confirms the authenticator app",
    async prepare() {
      const { scene } = await ownerAndThief();
      const started = await startAuthenticator(await principalOf(scene, "owner"));
      if (!started.ok) throw new Error("The setup was refused");
      return { ...scene, id: started.value.id, code: totpCode(started.value.secret) };
    },
    play: async (scene) => confirmAuthenticator(await principalOf(scene, "owner"), scene, scene.client),
    ending: {
      users: [{ factors: ["app", "10 recovery codes"], sessions: ["owner, new token"] }],
      mails: ["factor-changed to 0"],
    },
  },
  {
    name: "a person types the app's code to sign in",
    prepare: () => halfSignedIn(({ secret }) => totpCode(secret)),
    play: async (scene) => proveByAuthenticator(await owing(scene), scene, scene.client),
    ending: { users: [{ sessions: ["half, new token", "owner", "thief"] }], mails: ["new-sign-in to 0"] },
  },
  {
    name: "a person types the app's code into an app that signs in, whose refresh token ends",
    async prepare() {
      const { user, secret, scene } = await ownerWithApp();
      const { sessionId, token, absoluteExpires } = await newSession(user, { kind: "api" });
      await startRefreshing({ sessionId, absoluteExpires });
      const sessions = { ...scene.sessions, half: { id: sessionId, token } };
      return { ...scene, sessions, token, code: totpCode(secret) };
    },
    play: async (scene) => proveByAuthenticator(await owing(scene), scene, scene.client),
    ending: { users: [{ sessions: ["half, new token", "owner", "thief"] }], mails: ["new-sign-in to 0"] },
  },
  {
    name: "a person types a recovery code to sign in, and has the device remembered",
    prepare: () => halfSignedIn(({ recoveryCodes: [first = ""] }) => first),
    async play(scene) {
      return proveByRecoveryCode(await owing(scene), { code: scene.code, remember: true }, scene.client);
    },
    ending: {
      users: [{ factors: ["app", "9 recovery codes", "1 device"], sessions: ["half, new token", "owner", "thief"] }],
      mails: ["factor-changed to 0", "new-sign-in to 0"],
    },
  },
  {
    name: "a person removes the authenticator app",
    prepare: async () => (await ownerWithApp()).scene,
    play: async (scene) => removeAuthenticator(await principalOf(scene, "owner"), scene, scene.client),
    ending: { users: [{ factors: [], sessions: ["owner"] }], mails: ["factor-changed to 0"] },
  },
  {
    name: "a person has new recovery codes made",
    prepare: async () => (await ownerWithApp()).scene,
    play: async (scene) => regenerateRecoveryCodes(await principalOf(scene, "owner"), scene.client),
    ending: { users: [{ factors: ["app", "10 recovery codes"] }], mails: ["factor-changed to 0"] },
  },
  {
    name: "a person shows again by password who they are",
    prepare: async () => (await ownerAndThief()).scene,
    play: async (scene) =>
      proveByPassword(await principalOf(scene, "owner"), { currentPassword: PASSWORD }, scene.client),
    ending: { users: [{ sessions: ["owner, new token", "thief"] }] },
  },
  {
    name: "an admin asks for a reset of a person's factors",
    async prepare() {
      const { user, scene } = await ownerWithApp();
      const admin = await signedIn(await adminUser());
      await db.session.update({ where: { id: admin.id }, data: { twoFactorAt: new Date() } });
      return { ...scene, id: user.id, sessions: { ...scene.sessions, admin } };
    },
    async play(scene) {
      return requestFactorReset(await principalOf(scene, "admin"), { userId: scene.id }, links.stopFactorReset);
    },
    ending: { waiting: ["factor-reset"], mails: ["factor-reset to 0"] },
  },
  {
    name: "a person signs in after an admin's reset has come due",
    async prepare() {
      const { user, scene } = await ownerWithApp();
      const { id } = await mailed("factor-reset", user);
      const createdAt = new Date(Date.now() - 25 * 60 * 60_000);
      await db.verification.update({ where: { id }, data: { createdAt } });
      return { ...scene, id: user.id };
    },
    play: ({ id: userId, client }) => transact(() => beginSession({ userId, proof: "password", client })),
    ending: {
      users: [{ factors: [], sessions: ["new"] }],
      waiting: [],
      mails: ["factor-changed to 0", "new-sign-in to 0"],
    },
  },
];
