import { fail, ok } from "@/lib/auth/model/errors";
import { removePasskey } from "@/lib/auth/passkeys/manage-passkeys";
import { proveByPasskey, startPasskeyProof } from "@/lib/auth/passkeys/prove-by-passkey";
import { finishPasskeyRegistration, startPasskeyRegistration } from "@/lib/auth/passkeys/register-passkey";
import { finishPasskeySignIn } from "@/lib/auth/passkeys/sign-in-by-passkey";
import { findOwing } from "@/lib/auth/store/owing-sessions";
import { addAuthenticator } from "./factors";
import { ownerAndThief } from "./kill-people";
import { principalOf, type Scene } from "./kill-scene";
import type { Story } from "./kill-story";
import { answerSignIn, authenticator, register, won } from "./passkeys";
import { newSession } from "./people";

/** The owner has a passkey that was used five times. */
async function ownerWithPasskey() {
  const { user, scene } = await ownerAndThief();
  const device = authenticator();
  const { id } = won(await register(await principalOf(scene, "owner"), device, { counter: 5 }));
  return { user, device, scene: { ...scene, id } };
}

/** The authenticator's answer on the page to sign in: the scene's token is the answer, its id the ceremony. */
async function answered(counter: number): Promise<Scene> {
  const { user, device, scene } = await ownerWithPasskey();
  const { ceremonyId, response } = await answerSignIn(device, user, { counter });
  return { ...scene, id: ceremonyId, token: JSON.stringify(response) };
}

async function owing({ code }: Scene) {
  const found = await findOwing(code);
  if (!found) throw new Error("The session owes nothing");
  return found;
}

const answerOf = ({ id, token }: Scene) => ({ ceremonyId: id, response: JSON.parse(token) as unknown });

export const PASSKEY_STORIES: Story[] = [
  {
    name: "a person registers a passkey",
    async prepare() {
      const { scene } = await ownerAndThief();
      const { ceremonyId, options } = won(
        await startPasskeyRegistration(await principalOf(scene, "owner"), scene.client),
      );
      const response = authenticator().create({ challenge: options.challenge });
      return { ...scene, id: ceremonyId, token: JSON.stringify(response) };
    },
    play: async (scene) => finishPasskeyRegistration(await principalOf(scene, "owner"), answerOf(scene), scene.client),
    ending: { users: [{ factors: ["passkey, used to 0"] }], waiting: [], mails: ["factor-changed to 0"] },
  },
  {
    name: "a person signs in by passkey",
    prepare: () => answered(6),
    play: async (scene) => finishPasskeySignIn(answerOf(scene), scene.client),
    ending: {
      users: [{ factors: ["passkey, used to 6"], sessions: ["new", "owner", "thief"] }],
      waiting: [],
      mails: ["factor-changed to 0", "new-sign-in to 0"],
    },
  },
  {
    name: "a thief signs in by a copy of a passkey",
    prepare: () => answered(4),
    async play(scene) {
      const result = await finishPasskeySignIn(answerOf(scene), scene.client);
      return !result.ok && result.error.code === "passkey_invalid" ? ok(undefined) : fail("conflict");
    },
    ending: {
      users: [{ factors: ["passkey, used to 5"], sessions: ["owner", "thief"] }],
      waiting: [],
      mails: ["factor-changed to 0", "factor-changed to 0"],
    },
  },
  {
    name: "a person proves the second factor by passkey",
    async prepare() {
      const { user, device, scene } = await ownerWithPasskey();
      await addAuthenticator(user);
      const { sessionId, token: code } = await newSession(user);
      const sessions = { ...scene.sessions, half: { id: sessionId, token: code } };
      const { ceremonyId, options } = won(await startPasskeyProof(await owing({ ...scene, code }), scene.client));
      const response = device.get({ challenge: options.challenge, counter: 6 });
      return { ...scene, sessions, code, id: ceremonyId, token: JSON.stringify(response) };
    },
    play: async (scene) => proveByPasskey(await owing(scene), { ...answerOf(scene), remember: true }, scene.client),
    ending: { users: [{ sessions: ["half, new token", "owner", "thief"] }], waiting: [] },
  },
  {
    name: "a person removes a passkey",
    prepare: async () => (await ownerWithPasskey()).scene,
    play: async (scene) =>
      removePasskey(await principalOf(scene, "owner"), { id: scene.id, providers: [] }, scene.client),
    ending: {
      users: [{ factors: [], sessions: ["owner"] }],
      mails: ["factor-changed to 0", "factor-changed to 0"],
    },
  },
];
